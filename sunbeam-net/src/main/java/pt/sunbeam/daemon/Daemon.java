package pt.sunbeam.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.control.ControlIdentity;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.ipc.IpcServer;
import pt.sunbeam.json.Json;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.network.NetworkMonitor;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Hostinfo;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;

/**
 * A daemon from its first moment to its last: lock, control socket, forwards, then the {@link Supervisor}. Three ways lead
 * out, a stop over the control socket, a signal, and a failure that cannot be mended; all of them pass through the same
 * close, which removes the socket and writes down why it ended.
 */
public final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long CLOSE_SECONDS = 5;

    /** The stack's buffers may take this part of the heap; maps take another third at the most. */
    private static final int BUFFER_SHARE = 3;

    /** A failing client gets this long to read the last state before the socket goes. */
    private static final long LAST_WORDS_MILLIS = 200;

    private final StateFolder folder;
    private final DaemonSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final Ticker ticker = Ticker.system();
    private final InstantSource wallClock = InstantSource.system();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Runnable stop = () -> {};
    private volatile boolean stopRequested;

    private Daemon(StateFolder folder, DaemonSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Runs a daemon on the calling thread until it is stopped or has failed; returns the process's exit code. */
    public static int run(StateFolder folder, DaemonSettings settings) {
        Daemon daemon = new Daemon(folder.create(), settings);
        Thread hook = Thread.ofPlatform().name("sunbeam-signal").unstarted(daemon::onSignal);
        Runtime.getRuntime().addShutdownHook(hook);
        return daemon.runLocked();
    }

    private void onSignal() {
        requestStop();
        try {
            closed.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requestStop() {
        stopRequested = true;
        stop.run();
    }

    private int runLocked() {
        try (ContextLock lock = ContextLock.tryAcquire(folder)) {
            if (lock == null) {
                throw new SunbeamException(
                        FailureCode.CONNECTED_DIFFERENTLY,
                        "another daemon of context " + settings.context() + " is running",
                        "see it with sunbeam status, or end it with sunbeam disconnect");
            }
            Files.deleteIfExists(folder.lastFailure());
            StatusBoard board = new StatusBoard(settings, ticker, wallClock, this::requestStop);
            IpcServer server = IpcServer.start(folder.socket(), board);
            try {
                return runServed(board, server);
            } finally {
                server.close();
            }
        } catch (IOException e) {
            LOG.error("the state folder {} cannot be used", folder.path(), e);
            return FailureCode.CONFIG.exitCode();
        } finally {
            closed.countDown();
        }
    }

    private int runServed(StatusBoard board, IpcServer server) {
        try {
            runEngine(board, server);
            board.setState(new DaemonState.Stopped());
            return 0;
        } catch (SunbeamException e) {
            LOG.error("{}", e.getMessage());
            rememberFailure(IpcError.of(e));
            board.setState(new DaemonState.Failed(IpcError.of(e)));
            sayLastWords();
            return e.code().exitCode();
        }
    }

    private void runEngine(StatusBoard board, IpcServer server) {
        ControlUrl url = ControlUrl.parse(settings.server());
        Trust trust = Trust.withFiles(settings.caFiles().stream().map(Path::of).toList());
        KeyFile keys = KeyFile.open(folder.keys(), url.toString(), random);
        TimestampFile timestamps = new TimestampFile(folder.lastTimestamp());
        HomeFile home = new HomeFile(folder.homeRegion());
        LOG.info("starting: version {}, context {}, server {}", settings.version(), settings.context(), url);
        DiscoPrivate disco = DiscoPrivate.generate(random);
        LateEvents engineEvents = new LateEvents();
        try (EventLoops controlLoop = new EventLoops("sunbeam-control");
                Engine engine = new Engine(
                        trust,
                        disco,
                        timestamps.load(wallClock),
                        StackConfig.DEFAULT.withMemoryBytes(Runtime.getRuntime().maxMemory() / BUFFER_SHARE),
                        random,
                        ticker,
                        wallClock,
                        settings.portMapping(),
                        engineEvents)) {
            engine.openForwards(settings.forwards());
            board.setEngine(engine::snapshot);
            server.answerPings(new PeerPings(board::netmap, engine::ping, PeerPings.INTERVAL_NANOS, ticker));
            ControlIdentity identity = new ControlIdentity(url, keys.machineKey(), settings.authKey(), false);
            ControlSessions sessions =
                    new ControlSessions(identity, keys, new Dialer(controlLoop.loop(), trust), random, wallClock);
            Supervisor supervisor = new Supervisor(
                    url, hostState(keys, disco), engine, board, sessions, timestamps, home, random, ticker, wallClock);
            engineEvents.target = supervisor;
            stop = () -> supervisor.post(new Supervisor.Event.Stop());
            if (stopRequested) {
                return;
            }
            try (NetworkMonitor _ = NetworkMonitor.start(supervisor)) {
                supervisor.run();
            }
            LOG.info("stopping");
            board.setState(new DaemonState.ShuttingDown());
            timestamps.save(engine.latestTimestamp());
        }
    }

    private HostState hostState(KeyFile keys, DiscoPrivate disco) {
        Hostinfo hostinfo = Hostinfo.of(
                "sunbeam/" + settings.version(),
                keys.backendLogId(),
                HostNames.os(),
                System.getProperty("os.version", ""),
                settings.hostname(),
                HostNames.arch());
        return new HostState(disco.publicKey(), List.of(), hostinfo);
    }

    private void rememberFailure(IpcError failure) {
        try {
            PrivateFiles.replace(folder.lastFailure(), Json.line(failure.toJson()) + "\n");
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", folder.lastFailure(), e.getMessage());
        }
    }

    private static void sayLastWords() {
        try {
            TimeUnit.MILLISECONDS.sleep(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
