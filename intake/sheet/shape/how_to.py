"""The how-to tab: what the front desk has to know, in the clinic's languages."""

from collections.abc import Sequence

ENGLISH = (
    "HOW TO WORK WITH THIS LIST",
    (
        "A new request appears by itself, at the top, within seconds. There is nothing to "
        "import and nothing to refresh."
    ),
    "The columns with a white heading are yours: Status, Assigned to, Last called, Follow up on, "
    "Notes. Write what helps; nobody overwrites it, and what you write is saved in the clinic's "
    "system about every 15 seconds.",
    (
        "The other columns are filled in by the system. If one is changed by mistake, it is "
        "put right by itself."
    ),
    (
        "Call by is the time that was promised to the patient. It turns red when it has passed "
        "and nobody has called."
    ),
    (
        "Voicemail OK says whether you may leave a message. If it says No, hang up and try again "
        "later."
    ),
    (
        "Read Alert before you dial: it tells when somebody asked not to be called, gave a "
        "wrong number, or asks again."
    ),
    "Sort, filter, hide and move columns as you like. To sort for yourself only, use Data › Filter "
    "views: “To call now”, “Mine”, “Overdue”, “Booked”.",
    (
        "If you delete a row, it stays deleted. A request that is done needs no deleting: set "
        "its Status."
    ),
    "Status: New → Claimed → No answer / Left voicemail / Call back later → Reached → Booked or "
    "Not interested. A slip is mended by choosing Claimed. “Do not call” is final: only an "
    "administrator can lift it.",
    (
        "If nothing new appears, look at the tab “Pipeline”: it says when the list was last "
        "updated, and what is wrong."
    ),
)
FRENCH = (
    "COMMENT UTILISER CETTE LISTE",
    "Une nouvelle demande s’ajoute d’elle-même en haut, en quelques secondes. Il n’y a rien à "
    "importer ni à actualiser.",
    "Les colonnes à titre blanc sont à vous : Status, Assigned to, Last called, Follow up on, "
    "Notes. Écrivez ce qui vous aide; personne ne l’écrase, et vos notes sont enregistrées environ "
    "toutes les 15 secondes.",
    (
        "Les autres colonnes sont remplies par le système. Si l’une est modifiée par erreur, "
        "elle se rétablit toute seule."
    ),
    (
        "Call by est l’heure promise au patient. Elle devient rouge lorsqu’elle est passée et "
        "que personne n’a appelé."
    ),
    (
        "Voicemail OK indique si vous pouvez laisser un message. Si c’est « No », raccrochez "
        "et rappelez plus tard."
    ),
    "Lisez Alert avant de composer : on y voit si la personne ne veut pas être appelée, si le "
    "numéro est mauvais ou si elle a déjà fait une demande.",
    "Triez, filtrez, masquez et déplacez les colonnes à votre guise. Pour trier pour vous "
    "seulement : Données › Vues filtrées : « To call now », « Mine », « Overdue », « Booked ».",
    (
        "Une ligne supprimée le reste. Une demande terminée n’a pas à être supprimée : "
        "choisissez son Status."
    ),
    "Status : New → Claimed → No answer / Left voicemail / Call back later → Reached → Booked ou "
    "Not interested. Pour corriger une erreur, choisissez Claimed. « Do not call » est définitif : "
    "seule l’administration peut le lever.",
    "Si rien de nouveau n’apparaît, voyez l’onglet « Pipeline » : il dit quand la liste a été mise "
    "à jour et ce qui ne va pas.",
)


def lines(language: str) -> Sequence[str]:
    """Return the lines in *language*, the heading first."""
    return FRENCH if language == "fr" else ENGLISH
