package pt.sunbeam.ipc;

/**
 * The control socket's rules. A request is one line, {@code {"protocol":1,"request":"status"}}; the answer is one line,
 * {@code {"protocol":1,"status":{…}}}, {@code {"protocol":1,"netcheck":{…}}}, {@code {"protocol":1,"ok":true}} or {@code {"protocol":1,"error":{…}}}. After
 * {@code "watch"} a status line follows each change until either side closes. After {@code "ping"}, whose further members are
 * those of {@link PingRequest}, lines {@code {"protocol":1,"ping":{…}}} follow until the run has ended or the client closes.
 */
final class IpcProtocol {
    static final int VERSION = 1;

    /** A request line longer than this is refused. */
    static final int MAX_REQUEST_BYTES = 4096;

    /** An answer line longer than this is not a daemon's: 10 000 peers take about 3 MB. */
    static final int MAX_ANSWER_BYTES = 16 << 20;

    /** A client must have sent its request by then. */
    static final long REQUEST_TIMEOUT_MILLIS = 5_000;

    /** So many clients at once; one more is closed without an answer. */
    static final int MAX_CLIENTS = 64;

    private IpcProtocol() {}
}
