package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ConfigFile;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/**
 * {@code sunbeam status}: asks the daemon and prints; 0 when it is Running, else 1. It is what scripts and prompts call
 * again and again, so its path holds no library but the streaming JSON reader.
 */
final class StatusVerb {
    private static final int MAX_FAILURE_BYTES = 64 << 10;

    private StatusVerb() {}

    /** The context that {@code --context} names, or the current one. */
    static String context(SunbeamHome home, @Nullable String context) {
        return context == null ? ConfigFile.read(home).currentContext() : context;
    }

    static int run(@Nullable String contextOption, boolean json, Console console) {
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String context = context(home, contextOption);
        StateFolder folder = home.state(context);
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client != null) {
                return running(client.status(), json, console);
            }
        }
        if (contextOption != null && !isKnown(home, folder, context)) {
            console.words(
                    "there is no context \"" + context + "\" yet; sunbeam config contexts lists those with settings");
        }
        return stopped(context, lastFailure(folder), json, console);
    }

    /** A context begins with its first setting, or with its first daemon. */
    private static boolean isKnown(SunbeamHome home, StateFolder folder, String context) {
        return Files.isDirectory(folder.path())
                || ConfigFile.read(home).contexts().contains(context);
    }

    private static int running(DaemonStatus status, boolean json, Console console) {
        if (json) {
            console.data(Json.line(status.toJson()));
        } else {
            StatusText.lines(status).forEach(console::data);
        }
        return status.state() instanceof DaemonState.Running ? 0 : FailureCode.GENERAL.exitCode();
    }

    private static int stopped(String context, @Nullable IpcError failure, boolean json, Console console) {
        if (json) {
            JsonObject answer = new JsonObject()
                    .put("schema", DaemonStatus.SCHEMA)
                    .put("state", new DaemonState.Stopped().wireName())
                    .put("context", context)
                    .put("error", failure == null ? null : failure.toJson());
            console.data(Json.line(answer));
        } else {
            console.data(StatusText.NOT_RUNNING);
            if (failure != null) {
                StatusText.failure(failure).forEach(console::data);
            }
        }
        return FailureCode.GENERAL.exitCode();
    }

    /** Why the last daemon of this context ended, or null when it ended in peace. */
    static @Nullable IpcError lastFailure(StateFolder folder) {
        try {
            if (Files.size(folder.lastFailure()) > MAX_FAILURE_BYTES) {
                return null;
            }
            JsonObject text = Json.parseObject(Files.readString(folder.lastFailure()));
            return text == null ? null : IpcError.fromJson(text);
        } catch (IOException e) {
            return null;
        }
    }
}
