package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.IpcClient;

/**
 * The class archive that makes the short commands start fast. The daemon makes it, once for each build and JDK, when it
 * has been Running for a while: a run of the commands with {@code -XX:ArchiveClassesAtExit}, written under another name
 * and renamed. Its name holds the build's id, and a note beside it the file it was made from, since the JVM uses an
 * archive only for the very file at the very path; where anything does not fit it is left unused, never wrong.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
    private static final long LOOK_EVERY_MILLIS = 3_000;
    private static final long TRAINING_SECONDS = 120;

    private final Path archive;
    private final Path executable;
    private final StateFolder folder;
    private final String context;

    ClassArchive(Path archive, Path executable, StateFolder folder, String context) {
        this.archive = archive;
        this.executable = executable;
        this.folder = folder;
        this.context = context;
    }

    /** Starts the thread that waits for a quiet moment and makes the archive, if one is missing. */
    void begin() {
        Thread.ofPlatform().daemon().name("class-archive").start(() -> {
            try {
                awaitQuiet();
                if (!fits()) {
                    make();
                }
            } catch (IOException | SunbeamException e) {
                LOG.debug("no class archive: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Running, without an open forward, twice in a row. */
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

    private Path note() {
        return archive.resolveSibling(archive.getFileName() + ".of");
    }

    private String identity() throws IOException {
        return executable + " " + Files.size(executable) + " "
                + Files.getLastModifiedTime(executable).toMillis();
    }

    private boolean fits() throws IOException {
        return Files.exists(archive)
                && Files.exists(note())
                && Files.readString(note()).equals(identity());
    }

    private void make() throws IOException, InterruptedException {
        Path cache = archive.toAbsolutePath().getParent();
        if (cache == null) {
            return;
        }
        PrivateFiles.createFolder(cache);
        String identity = identity();
        Path part = cache.resolve(
                "." + archive.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        Process training = new ProcessBuilder(executable.toString(), "__warm", part.toString(), "--context", context)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread guard = Thread.ofPlatform().unstarted(() -> discard(training, part));
        Runtime.getRuntime().addShutdownHook(guard);
        try {
            training.getOutputStream().close();
            if (training.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)
                    && training.exitValue() == 0
                    && Files.exists(part)
                    && identity.equals(identity())) {
                PrivateFiles.createFile(part);
                Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                PrivateFiles.replace(note(), identity);
                LOG.debug("class archive made: {}", archive);
            }
        } finally {
            discard(training, part);
            Runtime.getRuntime().removeShutdownHook(guard);
        }
    }

    private static void discard(Process training, Path part) {
        training.destroyForcibly();
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.debug("{} cannot be removed: {}", part, e.getMessage());
        }
    }
}
