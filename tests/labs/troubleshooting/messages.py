"""What the checks of lab 5 say. tests/graders proves each message with a mistake that brings it about."""

from workshop.checking.message import Message

CHECK = "workshop check 5"
ANOTHER = "workshop mend, then: workshop break with another seed, and: workshop check 5"
FIRST = "workshop break --seed 17"
NEXT_TIME = (
    "What is sealed stays. Take it back with `workshop mend`, open another ticket with `workshop break` and "
    "another seed, and type `workshop check 5` again"
)

# The ticket, and its diagnosis before the repair

NO_TICKET = Message(
    saw="no ticket in {file}",
    expected="a ticket: something in your running stack is broken, and a request that shows it",
    why="This lab judges how you find a cause. Nothing is broken yet.",
    next_step=f"{FIRST}; find the cause, seal it, mend it, and then: {CHECK}",
)
GIVEN_UP = Message(
    saw="the ticket last opened (seed {seed}) was given up: `workshop mend` has brought back the stack",
    expected="a ticket that you work to its end",
    why="A ticket that was given up says nothing of who can find a cause.",
    next_step=f"workshop break --seed {{another}}; find the cause, seal it, mend it, and then: {CHECK}",
)
UNREADABLE = Message(
    saw="{file} cannot be read: {problem}",
    expected="the tickets as `workshop break` and `workshop seal` note them",
    why="What was sealed, and when, is in this file only.",
    next_step=f"Put it back as it was (git checkout, if you keep your work in git), then: {CHECK}",
)
NOT_SEALED = Message(
    saw="the ticket (seed {seed}): {request}\nit has no sealed diagnosis",
    expected="diagnosis.yaml with layer, cause and evidence, sealed while the request still failed",
    why="A cause that is named after the repair is a guess that cannot be wrong any more.",
    next_step=f"Fill in diagnosis.yaml, then: workshop seal; mend, and then: {CHECK}",
)
SECOND_NOT_SEALED = Message(
    saw="the ticket (seed {seed}): {request}\nits first cause is diagnosed and sealed, its second is not",
    expected="a sealed diagnosis of what shows once the first cause is mended",
    why="A ticket may have two causes, one behind the other. Where a repair was right and the request still "
    "fails, the next layer has its say.",
    next_step="Mend the first, send the request again, write what shows now into diagnosis.yaml, then: "
    f"workshop seal; mend that as well, and then: {CHECK}",
)
SEALED_TOO_LATE = Message(
    saw="the ticket (seed {seed}): {request}\nwhen you sealed the diagnosis, at {at}, it was answered as if "
    "nothing were wrong",
    expected="a diagnosis that was sealed while the request still failed",
    why="Whoever changes things until it works does not know what it was, and cannot say that it will not "
    "come back.",
    next_step=NEXT_TIME,
)
CHANGED = Message(
    saw="diagnosis.yaml says {now}; sealed, at {at}, was {sealed}",
    expected="the diagnosis that was sealed",
    why="What counts is what you knew before the repair.",
    next_step=f"Put back what was sealed ({{sealed}}), then: {CHECK}",
)

# Is it right?

WRONG_LAYER = Message(
    saw="the ticket (seed {seed}): {request}\nyour diagnosis names the layer `{layer}`",
    expected="the outermost layer that was broken; yours lies {direction}",
    why="A request goes from layer to layer, outward in. The first broken one is the cause; those behind it "
    "only pass on its error, those before it are sound.",
    next_step=NEXT_TIME,
)
WRONG_CAUSE = Message(
    saw="the ticket (seed {seed}): {request}\nyour diagnosis names `{cause}`, in the layer `{layer}`",
    expected="another cause of the same layer",
    why="The layer is right. Its causes look alike to a caller, and are mended in different places; one word "
    "of the log, or of an AWS answer, tells them apart.",
    next_step=NEXT_TIME,
)
# Does the evidence show it?

FINE_REQUEST = Message(
    saw="your evidence for `{cause}` is {given}: an invocation that went well",
    expected="what the failing request has left behind",
    why="A request that was answered rightly shows that the cause was not there, at that moment.",
    next_step=f"Take the request id or the log line of a failing request next time. {NEXT_TIME}",
)
LOG_SHOWS_OTHER = Message(
    saw="your evidence for `{cause}` is {given}. It is in the log, and says: {said}",
    expected="a line that names {shows}",
    why="True is not enough. This line would be there as well if the cause were another one.",
    next_step=NEXT_TIME,
)
NOT_IN_A_LOG = Message(
    saw="your evidence for `{cause}` is {given}, from the log of the function",
    expected="{shows}",
    why="The function never saw this request, so its log cannot show why. What it shows is another "
    "invocation.",
    next_step=NEXT_TIME,
)
OTHER_CALL = Message(
    saw="your evidence for `{cause}` is the call {given}",
    expected="{shows}",
    why="The call tells the truth about something else. It would give the same answer if the cause were "
    "another one.",
    next_step=NEXT_TIME,
)
OTHER_WORDS = Message(
    saw="your evidence for `{cause}` is the call {given}, and of its answer the words `{words}`",
    expected="words that are wrong if `{cause}` is the cause: {shows}",
    why="The call is the right one, and these words of its answer are the same in a stack that is sound.",
    next_step=NEXT_TIME,
)

# Is the symptom gone?

STILL_THERE = Message(
    saw="{asked}\nanswered {came}, as the ticket says",
    expected="{status}, as before the ticket",
    why="The request of the ticket is what somebody waits for. It still fails in the same way.",
    next_step=f"Mend the running stack (workshop doctor is open once you have sealed), then: {CHECK}",
)
OTHER_ANSWER = Message(
    saw="{asked}\nanswered {came}; the ticket says {ticket}",
    expected="{status}, as before the ticket",
    why="The answer has changed, and it is not right yet. Either a second cause shows now that the first is "
    "mended, or the repair has broken something.",
    next_step=f"Send it yourself, and begin again at the outermost layer (workshop trace), then: {CHECK}",
)
STILL_UNDER_LOAD = Message(
    saw="{asked}, {count} times: {failed} were answered with {statuses}",
    expected="{status} to every one of them",
    why="One request shows nothing here. Many at once still meet the limit.",
    next_step=f"Lift the limit that was set, and try with load.py, then: {CHECK}",
)

# Three tickets

TOO_FEW = Message(
    saw="closed tickets with different causes: {count} ({seeds})",
    expected="three",
    why="One ticket may be luck. Three, of three causes, are a way of working.",
    next_step=f"workshop break --seed {{another}}; find the cause, seal it, mend it, and then: {CHECK}",
)
SAME_CAUSE = Message(
    saw="{closed} closed tickets, and the seeds {seeds} are of one cause: {count} different ones",
    expected="three closed tickets with three different causes",
    why="Whoever has seen a cause yesterday finds it at once today. That is good, and another ability.",
    next_step=f"workshop break --seed {{another}}; find the cause, seal it, mend it, and then: {CHECK}",
)
