package pt.sunbeam.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.Tai64n;
import pt.sunbeam.wireguard.TimestampSource;

/**
 * The last TAI64N stamp of this context, on disk, so that stamps never go back across restarts, whatever the clock does: a
 * peer refuses for ever what is not newer (WireGuard paper, section 5.1).
 */
final class TimestampFile {
    private static final Logger LOG = LoggerFactory.getLogger(TimestampFile.class);

    private final @Nullable Path path;
    private Tai64n saved;

    TimestampFile(Path path) {
        this(path, Tai64n.MIN);
    }

    private TimestampFile(@Nullable Path path, Tai64n saved) {
        this.path = path;
        this.saved = saved;
    }

    /** Keeps nothing: for keys that do not outlive the process. */
    static TimestampFile none() {
        return new TimestampFile(null, Tai64n.MIN);
    }

    /** A source that goes on above what is on disk; a damaged file counts as none, with a warning. */
    TimestampSource load(InstantSource wallClock) {
        if (path == null) {
            return new TimestampSource(wallClock);
        }
        try {
            saved = parse(Files.readString(path, StandardCharsets.US_ASCII).strip());
            return new TimestampSource(wallClock, saved);
        } catch (NoSuchFileException e) {
            return new TimestampSource(wallClock);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read: {}", path, e.getMessage());
        }
        return new TimestampSource(wallClock);
    }

    private static Tai64n parse(String text) {
        String[] parts = text.split("\\.", 2);
        if (parts.length == 2) {
            Tai64n stamp = new Tai64n(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
            if (stamp.seconds() >= 0 && stamp.nanos() >= 0 && stamp.nanos() < Deadline.SECOND) {
                return stamp;
            }
        }
        throw new IllegalArgumentException("it holds no time stamp");
    }

    /** Writes {@code latest} down when it is newer than what is there; a failure is logged and tried again later. */
    void save(Tai64n latest) {
        if (path == null || latest.compareTo(saved) <= 0) {
            return;
        }
        try {
            PrivateFiles.replace(path, latest.seconds() + "." + latest.nanos() + "\n");
            saved = latest;
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", path, e.getMessage());
        }
    }
}
