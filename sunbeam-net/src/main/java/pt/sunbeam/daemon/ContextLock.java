package pt.sunbeam.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** One daemon a context: held for the daemon's life, released by the system however it ends. */
final class ContextLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private ContextLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** The lock, or null when another daemon of this context holds it. */
    static @Nullable ContextLock tryAcquire(StateFolder folder) {
        Path path = folder.lock();
        try {
            PrivateFiles.createFile(path);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return null;
            }
            return new ContextLock(channel, lock);
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the lock file " + path + " cannot be used: " + e.getMessage(),
                    "make its folder writable for this user",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The system releases it with the process.
            return;
        }
    }
}
