package pt.sunbeam.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/**
 * One context's state: keys, socket, log, lock, last failure. 0700, its files 0600.
 *
 * @param path an absolute path
 */
public record StateFolder(Path path) {
    /** What sockaddr_un holds on Linux, without the terminating zero (unix(7)). */
    static final int MAX_SOCKET_PATH_BYTES = 107;

    public Path keys() {
        return path.resolve("keys.json");
    }

    public Path socket() {
        return path.resolve("daemon.sock");
    }

    /** The daemon's log, rotated. */
    public Path log() {
        return path.resolve("daemon.log");
    }

    /** What the JVM itself prints, and a crash's last words. */
    public Path stderr() {
        return path.resolve("daemon.err");
    }

    public Path lock() {
        return path.resolve("daemon.lock");
    }

    /** Why the last daemon ended, when that was an error. */
    public Path lastFailure() {
        return path.resolve("last-failure.json");
    }

    /** The last TAI64N stamp sent, so that it never goes back across restarts. */
    public Path lastTimestamp() {
        return path.resolve("last-timestamp");
    }

    /** The last home region, for the next start. */
    public Path homeRegion() {
        return path.resolve("home-region");
    }

    /** Creates the folder where it is missing; CONFIG when that cannot be or the socket's path is too long. */
    public StateFolder create() {
        int bytes = socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SOCKET_PATH_BYTES) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the control socket's path is " + bytes + " bytes long and the system allows "
                            + MAX_SOCKET_PATH_BYTES + ": " + socket(),
                    "set SUNBEAM_HOME to a shorter path");
        }
        try {
            PrivateFiles.createFolder(path);
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the state folder " + path + " cannot be created: " + reason(e),
                    "make it writable for this user, or set SUNBEAM_HOME to another folder",
                    e);
        }
        return this;
    }

    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.file.FileAlreadyExistsException exists -> "a file is in its place";
            case java.nio.file.NoSuchFileException missing -> "no folder can be made there";
            case java.nio.file.FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
