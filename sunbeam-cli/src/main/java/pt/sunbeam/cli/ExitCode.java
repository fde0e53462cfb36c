package pt.sunbeam.cli;

/** The exit codes and what each means; numbers are never reused. */
enum ExitCode {
    DONE(0, "done"),
    NOT_CONNECTED(1, "not connected, or a failure without a code of its own"),
    USAGE(2, "the command line cannot be understood"),
    AUTH_REFUSED(3, "the server refused the key: bad, used, expired or revoked"),
    LOGIN_NEEDED(4, "a login is needed; its URL was printed"),
    CONTROL(5, "the server cannot be reached, trusted or understood"),
    TIMED_OUT(6, "the time for connecting was over"),
    TARGET_UNREACHABLE(7, "a target in the tailnet cannot be reached"),
    POLICY(8, "the tailnet's policy forbids it"),
    NO_DAEMON(9, "the verb needs a running daemon and there is none"),
    INTERRUPTED(130, "interrupted"),
    TERMINATED(143, "terminated by SIGTERM");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }
}
