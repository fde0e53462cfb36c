package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import pt.sunbeam.config.PrivateFiles;

/**
 * A class archive: what makes a JVM of this build start fast. Its name holds the role, the build's id and the JDK's
 * version; a note beside it names the file it was made from, because the JVM uses an archive only for the very file at the
 * very path. Where anything does not fit it is left unused, never wrong.
 */
final class ClassArchive {
    /** Writes an archive to a path; false when none came of it. */
    @FunctionalInterface
    interface Maker {
        boolean make(Path part) throws IOException, InterruptedException;
    }

    private final Path archive;
    private final Path executable;

    ClassArchive(Path archive, Path executable) {
        this.archive = archive;
        this.executable = executable;
    }

    /** True when the archive is there and made from the executable as it is. */
    boolean fits() throws IOException {
        return Files.exists(archive)
                && Files.exists(note())
                && Files.readString(note()).equals(identity());
    }

    /** Lets {@code maker} write under another name, then renames: nobody ever sees a part. */
    void makeBy(Maker maker) throws IOException, InterruptedException {
        Path cache = archive.toAbsolutePath().getParent();
        if (cache == null) {
            return;
        }
        PrivateFiles.createFolder(cache);
        String identity = identity();
        Path part = cache.resolve(
                "." + archive.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            if (maker.make(part) && Files.exists(part) && identity.equals(identity())) {
                PrivateFiles.createFile(part);
                Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                PrivateFiles.replace(note(), identity);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path note() {
        return archive.resolveSibling(archive.getFileName() + ".of");
    }

    private String identity() throws IOException {
        return executable + " " + Files.size(executable) + " "
                + Files.getLastModifiedTime(executable).toMillis();
    }
}
