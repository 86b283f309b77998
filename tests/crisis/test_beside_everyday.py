"""A plain wish to die is not silenced by the everyday words before or after it."""

import pytest

from peerbot.content.crisis import crisis_detector

DETECTOR, _ = crisis_detector()

WISHES = {
    "en": ["i want to die", "i want to kill myself", "i don't want to be alive anymore"],
    "fr": ["je veux mourir", "j'ai envie d'en finir", "je veux me tuer"],
    "es": ["quiero morirme", "quiero matarme", "me quiero morir"],
    "de": ["ich will sterben", "ich will nicht mehr leben", "ich will mich umbringen"],
    "pt": ["quero morrer", "quero me matar", "não quero mais viver"],
}
SAID_OTHERWISE = {
    "en": [
        "i'm tired of being alive",
        "i wish i was dead",
        "i can't stop thinking about suicide",
        "i want my life to be over",
        "i'm having suicidal thoughts",
        "i'd be better off dead",
        "the only thing i want is to die",
    ],
    "fr": [
        "j'ai plus envie de vivre",
        "j'ai des pensées suicidaires",
        "je souhaite mourir",
        "je voudrais ne plus exister",
        "je pense qu'à mourir",
        "la mort serait un soulagement",
    ],
    "es": [
        "quiero dejar de vivir",
        "tengo ganas de morirme",
        "ya no quiero existir",
        "tengo pensamientos suicidas",
        "quisiera estar muerta",
        "se me quitaron las ganas de vivir",
    ],
    "de": [
        "ich mag nicht mehr leben",
        "ich wär so gern tot",
        "ich denke an selbstmord",
        "ich hab keine kraft mehr zu leben",
        "ich bin lebensmüde",
        "sterben wäre eine erlösung",
    ],
    "pt": [
        "não quero mais existir",
        "tenho pensamentos suicidas",
        "só penso em morrer",
        "preferia estar morto",
        "perdi a vontade de viver",
        "tô com vontade de morrer",
    ],
}
BESIDE = {
    "en": [
        "watching a series",
        "lost the game",
        "failed my exam",
        "the cat is asleep on my feet",
        "ten years sober",
        "my printer is broken",
        "reading a novel",
        "missed the train again",
        "i work as a nurse",
        "the exam is on monday",
        "my team lost",
        "listening to my favourite song",
        "been to the gym",
        "burnt the cake",
        "writing code all night",
        "the news was on",
        "out with the dog",
        "my plant died",
        "the meeting was long",
        "on the train home",
        "wifi is down again",
        "my hair looks terrible",
        "the pizza was cold",
        "we said goodbye to the old house",
    ],
    "fr": [
        "je regarde une série",
        "j'ai perdu la partie",
        "j'ai raté mon examen",
        "le chat dort sur mes pieds",
        "mon imprimante est cassée",
        "je lis un roman",
        "j'ai raté le train",
        "je suis infirmière",
        "mon équipe a perdu",
        "j'écoute ma chanson préférée",
        "j'ai brûlé le gâteau",
        "je code toute la nuit",
        "c'est bientôt les partiels",
        "je promène le chien",
        "ma plante est morte",
        "la réunion était longue",
        "dans le train",
        "le wifi est en panne",
        "la pizza était froide",
    ],
    "es": [
        "estoy viendo una serie",
        "perdí la partida",
        "suspendí el examen",
        "el gato duerme en mis pies",
        "se rompió la impresora",
        "estoy leyendo una novela",
        "perdí el tren",
        "soy enfermera",
        "perdió mi equipo",
        "escucho mi canción favorita",
        "se quemó la tarta",
        "llevo toda la noche programando",
        "el lunes tengo parcial",
        "paseo al perro",
        "murió mi planta",
        "la reunión fue larga",
        "en el tren a casa",
        "no hay wifi",
        "la pizza estaba fría",
    ],
    "de": [
        "ich schau eine serie",
        "hab das spiel verloren",
        "bin durch die prüfung gefallen",
        "die katze schläft auf meinen füßen",
        "der drucker ist kaputt",
        "ich lese einen roman",
        "hab den bus verpasst",
        "ich bin krankenschwester",
        "meine mannschaft hat verloren",
        "ich höre mein lieblingslied",
        "der kuchen ist verbrannt",
        "ich programmiere die ganze nacht",
        "sitze in der vorlesung",
        "geh mit dem hund raus",
        "meine pflanze ist tot",
        "die besprechung war lang",
        "im zug nach hause",
        "das wlan ist weg",
        "die pizza war kalt",
    ],
    "pt": [
        "tô vendo uma série",
        "perdi o jogo",
        "reprovei na prova",
        "o gato dorme nos meus pés",
        "a impressora quebrou",
        "estou lendo um romance",
        "perdi o ônibus",
        "sou enfermeira",
        "meu time perdeu",
        "ouvindo minha música favorita",
        "queimei o bolo",
        "programando a noite toda",
        "segunda tem prova",
        "passeando com o cachorro",
        "minha planta morreu",
        "a reunião foi longa",
        "no trem pra casa",
        "o wifi caiu",
        "a pizza estava fria",
    ],
}
AND = {"en": "and", "fr": "et", "es": "y", "de": "und", "pt": "e"}
TOLD = [
    (wish, beside, language)
    for language, wishes in WISHES.items()
    for wish in wishes
    for beside in BESIDE[language]
]


def said(beside: str, wish: str, language: str) -> tuple[str, str, str]:
    """Return the ways in which a wish and an everyday sentence stand together."""
    return (f"{beside} {AND[language]} {wish}", f"{beside}. {wish}", f"{wish}, {beside}")


@pytest.mark.parametrize("language", WISHES)
def test_it_is_found_whatever_stands_beside_it(language: str) -> None:
    silenced = [
        text
        for wish, beside, one in TOLD
        if one == language
        for text in said(beside, wish, one)
        if DETECTOR.find(text) is None
    ]
    assert silenced == []


@pytest.mark.parametrize("language", SAID_OTHERWISE)
def test_nor_is_it_when_it_is_said_in_other_words(language: str) -> None:
    wishes = SAID_OTHERWISE[language]
    silenced = [
        text
        for number, wish in enumerate(wishes)
        for beside in BESIDE[language][number :: len(wishes)]
        for text in said(beside, wish, language)
        if DETECTOR.find(text) is None
    ]
    assert silenced == []
