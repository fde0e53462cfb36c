package pt.sunbeam.ipc;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.json.JsonObject;

/** Where the daemon stands, with what is known there. The names are the control socket's and the user's. */
public sealed interface DaemonState {
    /** The daemon has its lock and its socket and nothing else yet. */
    record Starting() implements DaemonState {}

    /** The server's key is being fetched or the connection made. */
    record Connecting() implements DaemonState {}

    /** The Noise handshake with the server is under way. */
    record Handshaking() implements DaemonState {}

    /** The node is being registered. */
    record Registering() implements DaemonState {}

    /**
     * A person must approve this node.
     *
     * @param url where
     */
    record LoginNeeded(String url) implements DaemonState {}

    /** The node is registered and waits for an administrator's approval of the machine. */
    record ApprovalNeeded() implements DaemonState {}

    /**
     * The tailnet is joined, but its relay is not reached yet, so no peer is.
     *
     * @param error why, as far as known
     */
    record RelayConnecting(IpcError error) implements DaemonState {}

    /** The tailnet is joined: addresses are known and the relay is connected. */
    record Running() implements DaemonState {}

    /**
     * The control connection is lost or could not be made.
     *
     * @param attempt counts from 1
     * @param error why the last attempt ended
     * @param retryInMillis the pause before the next attempt
     */
    record Reconnecting(int attempt, IpcError error, long retryInMillis) implements DaemonState {}

    record ShuttingDown() implements DaemonState {}

    record Stopped() implements DaemonState {}

    /**
     * The daemon has given up.
     *
     * @param error why
     */
    record Failed(IpcError error) implements DaemonState {}

    /** The stable name: lower case, words joined by underscores. */
    default String wireName() {
        return switch (this) {
            case Starting s -> "starting";
            case Connecting s -> "connecting";
            case Handshaking s -> "handshaking";
            case Registering s -> "registering";
            case LoginNeeded s -> "login_needed";
            case ApprovalNeeded s -> "approval_needed";
            case RelayConnecting s -> "relay_connecting";
            case Running s -> "running";
            case Reconnecting s -> "reconnecting";
            case ShuttingDown s -> "shutting_down";
            case Stopped s -> "stopped";
            case Failed s -> "error";
        };
    }

    /** What a person reads. */
    default String text() {
        return switch (this) {
            case LoginNeeded(String url) -> "waiting for approval at " + url;
            case ApprovalNeeded() -> "waiting for an administrator to approve this machine";
            case RelayConnecting(IpcError error) -> "connecting to the relay";
            case Reconnecting(int attempt, IpcError error, long retry) -> "reconnecting (attempt " + attempt + ")";
            case ShuttingDown() -> "shutting down";
            case Failed(IpcError error) -> "error: " + error.message();
            default -> wireName();
        };
    }

    /** Writes the state into {@code out} as {@code state} and, where it has data, further members. */
    default void writeTo(JsonObject out) {
        out.put("state", wireName());
        switch (this) {
            case LoginNeeded(String url) -> out.put("loginUrl", url);
            case Reconnecting(int attempt, IpcError error, long retryInMillis) ->
                out.put("attempt", attempt).put("retryInMillis", retryInMillis).put("error", error.toJson());
            case RelayConnecting(IpcError error) -> out.put("error", error.toJson());
            case Failed(IpcError error) -> out.put("error", error.toJson());
            default -> {}
        }
    }

    /** The state in {@code in}, or null when it is none this version knows. */
    static @Nullable DaemonState readFrom(JsonObject in) {
        return switch (in.text("state", "")) {
            case "starting" -> new Starting();
            case "connecting" -> new Connecting();
            case "handshaking" -> new Handshaking();
            case "registering" -> new Registering();
            case "login_needed" -> new LoginNeeded(in.text("loginUrl", ""));
            case "approval_needed" -> new ApprovalNeeded();
            case "relay_connecting" -> new RelayConnecting(IpcError.fromJson(in.object("error")));
            case "running" -> new Running();
            case "reconnecting" ->
                new Reconnecting(
                        (int) in.number("attempt", 1),
                        IpcError.fromJson(in.object("error")),
                        in.number("retryInMillis", 0));
            case "shutting_down" -> new ShuttingDown();
            case "stopped" -> new Stopped();
            case "error" -> new Failed(IpcError.fromJson(in.object("error")));
            default -> null;
        };
    }
}
