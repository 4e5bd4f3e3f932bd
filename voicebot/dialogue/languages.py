"""Languages in a call: offered by key, asked for in words, or recognised; never one that cannot be spoken or shown."""

from voicebot.dialogue.handover import hand_over
from voicebot.dialogue.step import Step

KEY = "8"
_FOREIGN = ("en", "zh", "ko", "vi", "pt", "tl")


def others(step: Step) -> tuple[str, ...]:
    """What can be chosen on this line beside the language that is spoken now."""
    known = [lang for lang in ("ja", *_FOREIGN) if lang in step.world.spoken]
    return tuple(lang for lang in known if lang != step.state.lang)


def hint(step: Step) -> None:
    """One sentence in English that there is a choice; pages have a list of their own."""
    if not step.state.screen and step.state.lang == "ja" and "en" in others(step):
        step.say_text(step.world.texts.get("language_hint", "en"), key="language_hint", lang="en")


def menu(step: Step) -> None:
    """Each language names its key itself."""
    for number, lang in enumerate(others(step), start=1):
        text = step.world.texts.get("language_option", lang, number=str(number))
        step.say_text(text, key="language_option", lang=lang)
    step.go("language", reasks=0)
    step.listen("short")


def pressed(step: Step, key: str) -> bool:
    """False when the key names no language of the menu."""
    index = int(key) - 1 if key.isdigit() else -1
    choice = others(step)
    if not 0 <= index < len(choice):
        return False
    change(step, choice[index])
    return True


def change(step: Step, lang: str) -> None:
    """Go on in this language where it can be spoken or shown; otherwise say so and fetch a person."""
    if lang in step.world.spoken or step.state.screen:
        step.change(lang=lang, pending=None, reasks=0)
        step.say("ask")
        step.go("question")
        step.listen()
    else:
        step.say_unspoken("handoff_language", lang)
        hand_over(step, "language")
