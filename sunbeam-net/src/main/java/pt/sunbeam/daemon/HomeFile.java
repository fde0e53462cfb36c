package pt.sunbeam.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.PrivateFiles;

/**
 * The last home region of this context, on disk. A node that names it when it joins is never without one for its peers, which
 * could not answer it otherwise until the server has told them of the new choice.
 */
final class HomeFile {
    private static final Logger LOG = LoggerFactory.getLogger(HomeFile.class);

    private final @Nullable Path path;

    HomeFile(Path path) {
        this.path = path;
    }

    private HomeFile() {
        this.path = null;
    }

    /** Keeps nothing: for a node that is another one at each start. */
    static HomeFile none() {
        return new HomeFile();
    }

    /** 0 when there is none; a damaged file counts as none, with a warning. */
    int load() {
        if (path == null) {
            return 0;
        }
        try {
            return Math.max(
                    0,
                    Integer.parseInt(
                            Files.readString(path, StandardCharsets.US_ASCII).strip()));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            LOG.warn("{} cannot be read: {}", path, e.getMessage());
            return 0;
        }
    }

    /** A failure is logged; the home is found out again then. */
    void save(int region) {
        if (path == null) {
            return;
        }
        try {
            PrivateFiles.replace(path, region + "\n");
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", path, e.getMessage());
        }
    }
}
