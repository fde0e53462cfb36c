package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.daemon.Daemon;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.json.Json;

/** One daemon's life inside this process: its log, the class archive it makes for the commands, and its exit code. */
final class DaemonRun {
    private final StateFolder folder;
    private final boolean debug;
    private final boolean toStderr;

    DaemonRun(StateFolder folder, boolean debug, boolean toStderr) {
        this.folder = folder;
        this.debug = debug;
        this.toStderr = toStderr;
    }

    /** Runs until the daemon stops. {@code notice} is logged when it is not empty. */
    int run(DaemonSettings settings, String notice) {
        LogConfigurator.prepare(folder.log(), debug, toStderr);
        Logger log = LoggerFactory.getLogger(DaemonRun.class);
        if (!notice.isEmpty()) {
            log.warn("{}", notice);
        }
        String cache = System.getProperty("sunbeam.cache", "");
        String build = System.getProperty("sunbeam.build", "");
        if (!cache.isEmpty() && !build.isEmpty()) {
            Path executable = Path.of(DaemonProcess.executable());
            new ArchiveMaking(Path.of(cache), build, executable, folder, settings.context()).begin();
        }
        try {
            return Daemon.run(folder, settings);
        } catch (SunbeamException e) {
            // Told to whoever started it; the last failure in the folder may belong to a daemon that lives.
            log.error("{}", e.getMessage());
            throw e;
        } catch (RuntimeException | Error e) {
            log.error("an error inside sunbeam ended the daemon", e);
            keep(new IpcError(
                    FailureCode.GENERAL, "an error inside sunbeam ended the daemon: " + e, "see " + folder.log()));
            return FailureCode.GENERAL.exitCode();
        }
    }

    private void keep(IpcError failure) {
        try {
            PrivateFiles.replace(folder.lastFailure(), Json.line(failure.toJson()) + "\n");
        } catch (IOException e) {
            LoggerFactory.getLogger(DaemonRun.class).error("the failure cannot be kept: {}", e.getMessage());
        }
    }
}
