"""What can be thought of in the guessing game, and what is true of it."""

from __future__ import annotations

# A word for each yes/no question; a name below is followed by the words to which the answer is yes.
QUESTIONS = {
    "animal": "Is it an animal?",
    "alive": "Is it alive?",
    "big": "Is it bigger than a person?",
    "small": "Does it fit into a pocket?",
    "flies": "Can it fly?",
    "water": "Is it at home in water?",
    "legs": "Does it have legs?",
    "soft": "Is it covered in fur or feathers?",
    "eggs": "Does it lay eggs?",
    "danger": "Could it hurt you badly?",
    "food": "Do people eat it?",
    "sweet": "Does it taste sweet?",
    "garden": "Would you meet it in a garden?",
    "house": "Would you meet it in a house?",
    "night": "Is it busiest or most useful after dark?",
    "loud": "Can you hear it from the next room?",
    "colour": "Is it known for bright colours?",
    "metal": "Is it partly of metal?",
    "wheels": "Does it have wheels?",
    "carries": "Can it carry a person?",
}
FAMILIES = {
    "beasts": {
        "elephant": "animal alive big legs danger loud carries",
        "horse": "animal alive big legs soft loud carries",
        "cat": "animal alive legs soft garden house night",
        "mouse": "animal alive small legs soft garden house night",
        "bear": "animal alive big legs soft danger loud",
    },
    "birds": {
        "owl": "animal alive flies legs soft eggs night loud",
        "penguin": "animal alive water legs soft eggs",
        "duck": "animal alive flies water legs soft eggs food loud",
        "hen": "animal alive legs soft eggs food garden loud",
        "parrot": "animal alive flies legs soft eggs house loud colour",
    },
    "swimmers": {
        "shark": "animal alive big water danger",
        "whale": "animal alive big water loud",
        "crab": "animal alive water legs eggs food",
        "goldfish": "animal alive small water eggs house colour",
        "octopus": "animal alive water eggs food night",
    },
    "crawlers": {
        "bee": "animal alive small flies legs eggs garden loud colour",
        "butterfly": "animal alive small flies legs eggs garden colour",
        "snake": "animal alive eggs danger garden",
        "frog": "animal alive small water legs eggs garden loud",
        "firefly": "animal alive small flies legs eggs garden night",
    },
    "plants": {
        "apple": "alive small food sweet garden house",
        "carrot": "alive food garden house colour",
        "rose": "alive garden house colour",
        "oak": "alive big garden",
        "water lily": "alive water garden colour",
    },
    "treats": {
        "bread": "food house",
        "cheese": "food small house",
        "honey": "food sweet house",
        "ice cream": "food sweet house colour",
        "lollipop": "food sweet small house colour",
    },
    "household": {
        "candle": "small house night danger",
        "knife": "small metal house danger",
        "piano": "big legs metal house loud",
        "lawn mower": "metal garden loud wheels danger",
        "torch": "small metal house night",
    },
    "vehicles": {
        "bicycle": "metal garden wheels carries",
        "train": "big metal loud wheels carries danger",
        "rowing boat": "big water carries",
        "balloon": "big flies colour carries",
        "rocket": "big flies metal loud danger carries",
    },
}
