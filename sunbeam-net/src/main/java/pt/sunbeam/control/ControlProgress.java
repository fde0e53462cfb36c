package pt.sunbeam.control;

/** Where a control client is on its way. */
public sealed interface ControlProgress {
    /** Fetching the key, dialling. */
    record Connecting(ControlUrl url) implements ControlProgress {}

    record Handshaking() implements ControlProgress {}

    record Registering() implements ControlProgress {}

    /** A person must visit this URL; the client waits for it. */
    record LoginNeeded(String url) implements ControlProgress {}

    /** Registered; an administrator must approve the device. The map comes all the same. */
    record ApprovalNeeded() implements ControlProgress {}

    /** The map stream is open. */
    record Streaming() implements ControlProgress {}
}
