"""The vocabulary that the experiments share; knows no experiment and no report."""

from lib.environment import settle

settle()  # before any module of `lib` can import a library that reads the environment
