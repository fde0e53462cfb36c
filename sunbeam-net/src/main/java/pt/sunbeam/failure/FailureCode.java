package pt.sunbeam.failure;

/** The stable kinds of failure. Each decides the exit code of the command that meets it; codes are never reused. */
public enum FailureCode {
    /** Anything without a kind of its own. */
    GENERAL(1, false),
    /** A local address that a forward or the control socket needs is taken or not permitted. */
    PORT_TAKEN(1, true),
    /** A daemon runs already, with other settings. */
    CONNECTED_DIFFERENTLY(1, true),
    /** The configuration or the state folder cannot be used as it is. */
    CONFIG(1, true),
    /** A command line that cannot be understood. */
    USAGE(2, true),
    /** The server refused the key or this node: bad, used, expired or revoked. */
    AUTH_REFUSED(3, true),
    /** A person must approve this node at a URL. */
    LOGIN_NEEDED(4, false),
    /** The server cannot be reached: name, connection, time. */
    CONTROL_UNREACHABLE(5, false),
    /** The server's certificate or key is not trusted. */
    CONTROL_UNTRUSTED(5, false),
    /** The server is reachable and speaks, but not a protocol this client can use. */
    CONTROL_UNSUPPORTED(5, true),
    /** The server answered with an error of its own that may pass. */
    CONTROL_FAILED(5, false),
    /** The time given for connecting is over. */
    TIMED_OUT(6, false),
    /** A target inside the tailnet cannot be reached. */
    TARGET_UNREACHABLE(7, false),
    /** The tailnet's policy forbids it. */
    POLICY(8, false),
    /** The command needs a running daemon and there is none. */
    DAEMON_NOT_RUNNING(9, false),
    /** The user interrupted. */
    INTERRUPTED(130, false);

    private final int exitCode;
    private final boolean permanent;

    FailureCode(int exitCode, boolean permanent) {
        this.exitCode = exitCode;
        this.permanent = permanent;
    }

    public int exitCode() {
        return exitCode;
    }

    /** True when trying again unchanged cannot help: the daemon ends with this reason instead of backing off. */
    public boolean permanent() {
        return permanent;
    }
}
