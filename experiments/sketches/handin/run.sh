#!/bin/bash
# Sample commands: train the three networks on datasets/, then predict the test images.
set -euo pipefail
cd "$(dirname "$0")"

# For training: writes model_files/DATE_NAME.pt and log_files/DATE_NAME.log
python3 main_densenet.py --mode train --LR 0.003 --bs 100 --epochs 2000
python3 main_convnet.py --mode train --LR 0.01 --bs 100 --epochs 3000
python3 main_bestmodel.py --mode train --LR 0.003 --bs 100 --epochs 2000

# The newest model of each, under the name that is handed in
for name in densenet convnet bestmodel; do
    models=(model_files/*_"$name".pt)
    newest=${models[0]}
    for model in "${models[@]}"; do
        if [[ $model -nt $newest ]]; then newest=$model; fi
    done
    cp "$newest" "model_files/$name.pt"
done

# For inference: writes the predicted labels, one a line
python3 main_densenet.py --mode predict --weights model_files/densenet.pt --predictionsFile densenet_predictions.csv
python3 main_convnet.py --mode predict --weights model_files/convnet.pt --predictionsFile convnet_predictions.csv
python3 main_bestmodel.py --mode predict --weights model_files/bestmodel.pt --predictionsFile best_model_predictions.csv
