package pt.sunbeam.cli;

/** The one line that says where a waiting command stands: rewritten on a terminal, else one line for each change. */
final class Progress {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Console console;
    private String shown = "";

    Progress(Console console) {
        this.console = console;
    }

    void show(String text) {
        String line = Text.printable(text);
        if (line.equals(shown)) {
            return;
        }
        shown = line;
        console.err().print(console.terminal() ? CLEAR_LINE + line : line + "\n");
        console.err().flush();
    }

    /** Leaves the line where it is; what follows begins below it. */
    void keep() {
        if (console.terminal() && !shown.isEmpty()) {
            console.err().print("\n");
            console.err().flush();
        }
    }

    /** Takes the line off a terminal, so that what follows stands alone. */
    void clear() {
        if (console.terminal() && !shown.isEmpty()) {
            console.err().print(CLEAR_LINE);
            console.err().flush();
        }
        shown = "";
    }
}
