package pt.sunbeam.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;

/**
 * The daemon as a child of {@code connect}: the executable started again with {@code __vpn-daemon}. Its settings go to
 * its standard input, never into arguments or environment; what the JVM prints goes to {@code daemon.err}.
 */
final class DaemonProcess {
    private static final Set<String> INHERITED = Set.of(
            "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "SUNBEAM_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR");
    private static final Set<String> FOLDERS = Set.of("HOME", "SUNBEAM_HOME", "XDG_CACHE_HOME");
    private static final Set<String> PROXIES = Set.of("http_proxy", "https_proxy", "all_proxy", "no_proxy");
    private static final long STOP_MILLIS = 5_000;
    private static final long TERMINATE_MILLIS = 3_000;
    private static final int LAST_WORDS_LINES = 8;
    private static final int MAX_LAST_WORDS_BYTES = 1 << 20;

    private final Process process;
    private final StateFolder folder;

    private DaemonProcess(Process process, StateFolder folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Starts it and hands it {@code secretText}. */
    static DaemonProcess spawn(StateFolder folder, String context, String secretText, boolean debug) {
        List<String> command = new ArrayList<>(List.of(executable(), "__vpn-daemon", "--context", context));
        if (debug) {
            command.add("--debug");
        }
        try {
            Files.deleteIfExists(folder.lastFailure());
            PrivateFiles.createFile(folder.stderr());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(folder.stderr().toFile()));
            builder.environment().keySet().removeIf(name -> !isInherited(name));
            builder.environment().replaceAll(DaemonProcess::absolute);
            builder.environment().put("SUNBEAM_JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            tell(process, secretText);
            return new DaemonProcess(process, folder);
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.GENERAL,
                    "the daemon cannot be started: " + e.getMessage(),
                    "see that " + executable() + " can be executed and " + folder.path() + " written",
                    e);
        }
    }

    /** The packaged file that runs now. */
    static String executable() {
        String executable = System.getProperty("sunbeam.executable");
        if (executable == null) {
            throw new SunbeamException(
                    FailureCode.GENERAL, "the daemon cannot be started from a bare jar", "run the sunbeam executable");
        }
        return executable;
    }

    /** Places, languages and proxies; nothing that could carry a key. */
    static boolean isInherited(String name) {
        return INHERITED.contains(name)
                || name.startsWith("XDG_")
                || name.startsWith("LC_")
                || PROXIES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The daemon does not share the command's working folder. */
    private static String absolute(String name, String value) {
        return FOLDERS.contains(name) && !value.isEmpty()
                ? Path.of(value).toAbsolutePath().toString()
                : value;
    }

    /** A child that is dead already does not read: its end is noticed by those who wait for it. */
    private static void tell(Process process, String secretText) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(secretText.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Runs {@code action} once when the process ends, at once when it has. */
    void onEnd(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Ends it: by asking, by signal, by force. Returns when it is gone. */
    void end() {
        try {
            if (process.isAlive() && askToStop() && process.waitFor(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            process.destroy();
            if (!process.waitFor(TERMINATE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean askToStop() {
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client == null || client.status().pid() != pid()) {
                return false;
            }
        } catch (SunbeamException e) {
            return false;
        }
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client != null) {
                client.stop();
            }
            return client != null;
        } catch (SunbeamException e) {
            return false;
        }
    }

    /** Why it ended: its last failure, else the end of what it printed. Only after its end. */
    SunbeamException lastWords() throws InterruptedException {
        IpcError failure = StatusVerb.lastFailure(folder);
        if (failure != null) {
            return failure.toException();
        }
        // It is gone, but this JVM may not have collected its exit code yet.
        int exitCode = process.waitFor();
        if (exitCode == 0) {
            return new SunbeamException(
                    FailureCode.GENERAL,
                    "the daemon was stopped by sunbeam disconnect before it was connected",
                    "sunbeam connect");
        }
        String printed = tail(folder.stderr());
        return new SunbeamException(
                FailureCode.GENERAL,
                "the daemon ended at once (exit code " + exitCode + ")"
                        + (printed.isEmpty() ? " and left no reason" : "; its last words: " + printed),
                "see " + folder.log());
    }

    private static String tail(Path file) {
        try {
            if (Files.size(file) > MAX_LAST_WORDS_BYTES) {
                return "";
            }
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LAST_WORDS_LINES), lines.size());
            return Redaction.redact(String.join(" | ", last));
        } catch (IOException e) {
            return "";
        }
    }
}
