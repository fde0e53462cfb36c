package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.IpcClient;

/**
 * Makes the two class archives of this build, once, when the daemon has been Running without a connection for a while: the
 * commands' by a training run of them, the daemon's own by asking this JVM for what it has loaded.
 */
final class ArchiveMaking {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveMaking.class);
    private static final long LOOK_EVERY_MILLIS = 3_000;
    private static final long MAKING_SECONDS = 120;

    private final Path cache;
    private final String build;
    private final Path executable;
    private final StateFolder folder;
    private final String context;

    /**
     * @param build the build's id and the JDK's version, as the launcher names archives
     */
    ArchiveMaking(Path cache, String build, Path executable, StateFolder folder, String context) {
        this.cache = cache;
        this.build = build;
        this.executable = executable;
        this.folder = folder;
        this.context = context;
    }

    /** Starts the thread that waits for a quiet moment and makes what is missing. */
    void begin() {
        Thread.ofPlatform().daemon().name("class-archive").start(() -> {
            try {
                make("client", this::trainCommands);
                make("daemon", this::dumpThisJvm);
            } catch (IOException | SunbeamException e) {
                LOG.debug("no class archive: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void make(String role, ClassArchive.Maker maker) throws IOException, InterruptedException {
        ClassArchive archive = new ClassArchive(cache.resolve(role + "-" + build + ".jsa"), executable);
        if (!archive.fits()) {
            awaitQuiet();
            archive.makeBy(maker);
            removeOthers(role);
        }
    }

    /** Archives of builds that have been replaced: nothing would ever use or remove them. */
    private void removeOthers(String role) throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(cache, role + "-*.{jsa,jsa.of}")) {
            for (Path archive : archives) {
                if (!String.valueOf(archive.getFileName()).startsWith(role + "-" + build + ".jsa")) {
                    Files.deleteIfExists(archive);
                }
            }
        }
    }

    /** Running, without an open connection, twice in a row. */
    private void awaitQuiet() throws InterruptedException {
        int quiet = 0;
        while (quiet < 2) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            quiet = isQuiet() ? quiet + 1 : 0;
        }
    }

    private boolean isQuiet() {
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client == null) {
                return false;
            }
            var status = client.status();
            return status.state() instanceof DaemonState.Running
                    && status.forwards().stream().allMatch(forward -> forward.connections() == 0);
        } catch (SunbeamException e) {
            return false;
        }
    }

    private boolean trainCommands(Path part) throws IOException, InterruptedException {
        return succeeds(new ProcessBuilder(executable.toString(), "__warm", part.toString(), "--context", context));
    }

    /** The launcher started this JVM so that it can do this; it holds the daemon for about a second. */
    private boolean dumpThisJvm(Path part) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return false;
        }
        String pid = String.valueOf(ProcessHandle.current().pid());
        return succeeds(new ProcessBuilder(jcmd.toString(), pid, "VM.cds", "dynamic_dump", part.toString()));
    }

    private static boolean succeeds(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread guard = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(guard);
        try {
            process.getOutputStream().close();
            return process.waitFor(MAKING_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(guard);
        }
    }
}
