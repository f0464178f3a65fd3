"""Drives a running program from outside, over AT-SPI, by accessible names alone.

Runs under the system's Python, which has gi, and knows nothing of the program but its names. What
it saw is printed as JSON; a control that does not come ends it with a sentence.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE_S = 25.0
PROGRAM = "civitai-desktop"


def wait_for(look, what):
    """Return what `look` finds, as soon as it finds something."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        try:
            if found := look():
                return found
        except GLib.Error:
            pass  # a control has gone while it was looked at
        time.sleep(0.05)
    sys.exit(f"waited in vain for {what}")


def children(node):
    """Return what lies directly below a node, but for what is just going away."""
    found = (node.get_child_at_index(number) for number in range(node.get_child_count()))
    return [child for child in found if child is not None]


def controls():
    """Return every control of the program that has a name."""
    below = [each for each in children(Atspi.get_desktop(0)) if each.get_name() == PROGRAM]
    named = []
    while below:
        node = below.pop()
        below += children(node)
        # A caption is named like the field it belongs to, and is marked as its label.
        relations = {each.get_relation_type() for each in node.get_relation_set()}
        if node.get_name() and Atspi.RelationType.LABEL_FOR not in relations:
            named.append(node)
    return named


def is_showing(control):
    """Tell whether a control can be seen."""
    return control.get_state_set().contains(Atspi.StateType.SHOWING)


def find(name):
    """Return the control of this name once it can be seen."""

    def look():
        return [each for each in controls() if each.get_name() == name and is_showing(each)]

    return wait_for(look, name)[0]


def says(control, text):
    """Wait until a control's description is this one."""
    wait_for(lambda: control.get_description() == text, f"{control.get_name()} to say {text}")


def press(name):
    """Carry out what a control does first of all."""
    find(name).get_action_iface().do_action(0)


def tiles():
    """Return name and description of each of the gallery's items."""
    return [(each.get_name(), each.get_description()) for each in children(find("Gallery"))]


def roles():
    """Return what a screen reader calls each control, hidden ones included."""
    return {each.get_name(): each.get_role_name() for each in controls()}


def generate(prompt, images):
    """Fill in the form, press Generate, wait for the pictures, and open the account."""
    find("Prompt").get_editable_text_iface().set_text_contents(prompt)
    find("Images").get_value_iface().set_current_value(int(images))
    button, price, queue = find("Generate"), find("Price"), find("Queue")
    says(button, f"Generate {images} images")
    wait_for(lambda: "Buzz" in price.get_description(), "the price")
    said_price = price.get_description()
    press("Generate")
    says(queue, "1 job")
    wait_for(lambda: len(tiles()) == int(images), "the live tiles")
    expected = tiles()
    says(queue, "No jobs")
    says(find("Pictures"), f"{images} images")
    pictures = tiles()
    press("Account")
    find("API key")
    found = roles()
    press("Close")
    return {"price": said_price, "expected": expected, "pictures": pictures, "roles": found}


def reuse():
    """Select the first picture, and take its settings over into the form."""
    find("Gallery").get_selection_iface().select_child(0)
    press("Reuse settings")
    return {"message": find("Message").get_description()}


def palette(typed):
    """Open the command palette from the menu, and type a command."""
    menu = [each for each in controls() if each.get_name().startswith("Command palette…")]
    menu[0].get_action_iface().do_action(0)
    find("Command palette")
    line, rows = find("Command"), find("Commands")
    found = roles()
    everything = [each.get_name() for each in children(rows)]
    line.get_editable_text_iface().set_text_contents(typed)
    wait_for(lambda: len(children(rows)) < len(everything), "fewer commands")
    said = line.get_description()
    return {"roles": found, "everything": everything, "said": said}


def first_start():
    """Tell what the first start offers, and take the sandbox."""
    sandbox = find("Try the sandbox")
    offered = roles()
    press("Try the sandbox")
    wait_for(lambda: not is_showing(sandbox), "the choice to go")
    return {"roles": offered, "account": find("Account").get_description()}


if __name__ == "__main__":
    ways = {"generate": generate, "reuse": reuse, "palette": palette, "first-start": first_start}
    print(json.dumps(ways[sys.argv[1]](*sys.argv[2:])))
