package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Lets one command of a context start a daemon at a time: held from the look for a running one until ours answers. */
final class StartLock implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 25;

    private final FileChannel channel;

    private StartLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock {@code path}, or null when another process holds it until the time is over. */
    static @Nullable StartLock take(Path path, Patience patience) throws InterruptedException {
        try {
            PrivateFiles.createFile(path);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            while (true) {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return new StartLock(channel);
                }
                if (patience.isOver()) {
                    channel.close();
                    return null;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the lock " + path + " cannot be taken: " + e.getMessage(),
                    "make its folder writable for this user, or set SUNBEAM_HOME to another one",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return;
        }
    }
}
