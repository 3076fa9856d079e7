"""What the clients of the demonstration saw, as lines, as a table and as JSON."""

import collections
import datetime
import json
import time

BEGIN, END = "<!-- begin figures -->", "<!-- end figures -->"
COLUMNS = [
    "killed",
    "first write after",
    "first read after",
    "longest time without a write",
    "longest time without a read",
    "slowest write, with its retries",
    "failed: writes",
    "failed: reads",
    "lost",
    "doubled",
]


class Measurement:
    """One step, from the blow to the end of the calm after it."""

    def __init__(self, title, ledger):
        self.title = title
        self.ledger = ledger
        self.what = ""
        self.lost, self.doubled = [], []
        self.attempts, self.changes = [], []
        self.began = self.ended = None

    def strike(self, act):
        """Times count from here. What the act itself takes counts, too."""
        self.began = time.monotonic()
        act()

    def end(self):
        self.ended = time.monotonic()
        with self.ledger.lock:
            self.attempts = [one for one in self.ledger.attempts if one.ended >= self.began]
            self.changes = [one for one in self.ledger.changes if one.acknowledged >= self.began]

    def good(self, kind):
        return [one for one in self.attempts if one.kind == kind and one.outcome is None]

    def first(self, kind):
        """Seconds until a request was answered that was sent after the blow."""
        return min((one.ended - self.began for one in self.good(kind) if one.began >= self.began), default=None)

    def gap(self, kind):
        """The longest time in which no request was answered well."""
        times = [self.began, *sorted(one.ended for one in self.good(kind)), self.ended]
        return max(after - before for before, after in zip(times, times[1:]))

    def slowest(self):
        return max((one.acknowledged - one.began for one in self.changes), default=0)

    def failed(self, kind):
        reasons = collections.Counter(one.outcome for one in self.attempts if one.kind == kind and one.outcome)
        return dict(reasons.most_common())

    def rate(self):
        return len(self.good("write")) / (self.ended - self.began)

    def figures(self):
        return {
            "killed": self.title,
            "what": self.what,
            "seconds": round(self.ended - self.began, 1),
            "first_write_s": self.first("write"),
            "first_read_s": self.first("read"),
            "without_write_s": self.gap("write"),
            "without_read_s": self.gap("read"),
            "slowest_write_s": self.slowest(),
            "writes_failed": self.failed("write"),
            "reads_failed": self.failed("read"),
            "writes_good": len(self.good("write")),
            "reads_good": len(self.good("read")),
            "lost": self.lost,
            "doubled": self.doubled,
        }

    def lines(self):
        yield self.what
        yield f"first write after {seconds(self.first('write'))}, first read after {seconds(self.first('read'))}"
        yield f"at most {seconds(self.gap('write'))} without a write, {seconds(self.gap('read'))} without a read"
        yield f"failed writes: {reasons(self.failed('write'))}; failed reads: {reasons(self.failed('read'))}"
        yield f"read back: {len(self.lost)} lost, {len(self.doubled)} doubled"

    def row(self):
        return [
            f"{self.title}: {self.what}",
            seconds(self.first("write")),
            seconds(self.first("read")),
            seconds(self.gap("write")),
            seconds(self.gap("read")),
            seconds(self.slowest()),
            of_all(self.failed("write"), self.good("write")),
            of_all(self.failed("read"), self.good("read")),
            str(len(self.lost)),
            str(len(self.doubled)),
        ]


def seconds(value):
    return "never" if value is None else f"{value:.2f} s"


def reasons(counts):
    return ", ".join(f"{count} {reason}" for reason, count in counts.items()) or "none"


def of_all(failed, good):
    count = sum(failed.values())
    text = f"{count:,} of {count + len(good):,}"
    return f"{text} ({reasons(failed)})" if count else text


class Report:
    """All steps together."""

    def __init__(self, measures, last, faults, versions, clients):
        self.measures = measures
        self.last = last
        self.faults = faults
        self.versions = versions
        self.clients = clients

    def lost(self):
        return sorted({text for measure in [*self.measures, self.last] for text in measure.lost})

    def doubled(self):
        return sorted({text for measure in [*self.measures, self.last] for text in measure.doubled})

    def is_good(self):
        return not (self.lost() or self.doubled() or self.faults)

    def markdown(self):
        lines = [
            f"Written by `scripts/ha-demo` on {datetime.date.today()}: {'; '.join(self.versions)}; {self.clients}.",
            "",
            "| " + " | ".join(COLUMNS) + " |",
            "| " + " | ".join("---" for _ in COLUMNS) + " |",
            *("| " + " | ".join(measure.row()) + " |" for measure in self.measures),
            "",
            f"At the end, with nobody writing: {self.last.what}; {len(self.last.lost)} lost, {len(self.last.doubled)} doubled.",
        ]
        for title, texts in (("Lost", self.lost()), ("Doubled", self.doubled()), ("Wrong answers", self.faults)):
            lines += ["", f"{title}:", *(f"- {text}" for text in texts[:20])] if texts else []
        return "\n".join(lines)

    def write(self, options):
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump({"steps": [measure.figures() for measure in self.measures], "at_the_end": self.last.what,
                           "lost": self.lost(), "doubled": self.doubled(), "wrong_answers": self.faults,
                           "with": self.versions, "clients": self.clients}, file, indent=2)
        if options.markdown:
            with open(options.markdown, "w", encoding="utf-8") as file:
                file.write(self.markdown() + "\n")
        if options.page:
            self.write_between_marks(options.page)

    def write_between_marks(self, path):
        with open(path, encoding="utf-8") as file:
            before, rest = file.read().split(BEGIN)
        after = rest.split(END)[1]
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{before}{BEGIN}\n\n{self.markdown()}\n\n{END}{after}")
