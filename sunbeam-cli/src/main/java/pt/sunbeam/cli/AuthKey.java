package pt.sunbeam.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Where a pre-auth key comes from: the text itself, {@code file:PATH}, or {@code -} for standard input. */
final class AuthKey {
    private static final String FILE = "file:";
    private static final String STDIN = "-";
    private static final int MAX_CHARS = 4096;

    private AuthKey() {}

    /** The key that {@code text}, from an option, the environment or the configuration, stands for. */
    static String resolve(String text, Console console) {
        if (text.equals(STDIN)) {
            return check(read(System.in, "standard input"), "standard input");
        }
        if (text.startsWith(FILE)) {
            return fromFile(text.substring(FILE.length()), console);
        }
        return check(text, "the key given");
    }

    /** What to write into the configuration for {@code text}: a file stays a file, named by its absolute path. */
    static String toKeep(String text, Console console) {
        if (text.startsWith(FILE)) {
            fromFile(text.substring(FILE.length()), console);
            return FILE
                    + Path.of(text.substring(FILE.length())).toAbsolutePath().normalize();
        }
        if (!text.equals(STDIN)) {
            warnOfArguments(console);
        }
        return resolve(text, console);
    }

    /** For a key that stands on the command line itself. */
    static void warnOfArguments(Console console) {
        console.words("warning: a key on the command line can be seen by other users of this machine;"
                + " use file:PATH, - or SUNBEAM_AUTHKEY instead");
    }

    static boolean isLiteral(String text) {
        return !text.equals(STDIN) && !text.startsWith(FILE);
    }

    private static String fromFile(String name, Console console) {
        if (name.isEmpty()) {
            throw new SunbeamException(
                    FailureCode.USAGE,
                    "\"file:\" names no key file",
                    "write it as file:PATH, for example file:key.txt");
        }
        try {
            Path path = Path.of(name);
            warnOfReaders(path, console);
            try (InputStream in = Files.newInputStream(path)) {
                return check(read(in, "the key file " + path), "the key file " + path);
            }
        } catch (InvalidPathException | IOException e) {
            String reason = switch (e) {
                case java.nio.file.NoSuchFileException missing -> "it does not exist";
                case java.nio.file.AccessDeniedException denied -> "permission denied";
                default -> String.valueOf(e.getMessage());
            };
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the key file " + name + " cannot be read: " + reason,
                    "name a file that holds the key alone",
                    e);
        }
    }

    private static void warnOfReaders(Path path, Console console) throws IOException {
        if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path);
        if (modes.contains(PosixFilePermission.GROUP_READ) || modes.contains(PosixFilePermission.OTHERS_READ)) {
            console.words("warning: other users can read the key file " + path + "; chmod 600 it");
        }
    }

    private static String read(InputStream in, String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            bytes.write(in.readNBytes(MAX_CHARS + 1));
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG, source + " cannot be read: " + e.getMessage(), "give the key another way", e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String check(String text, String source) {
        String key = text.strip();
        boolean plain =
                !key.isEmpty() && key.length() <= MAX_CHARS && key.chars().allMatch(c -> c > ' ' && c < 127);
        if (!plain) {
            throw new SunbeamException(
                    FailureCode.USAGE,
                    source + (key.isEmpty() ? " is empty" : " is not a single key"),
                    "give one pre-auth key, as the server printed it");
        }
        return key;
    }
}
