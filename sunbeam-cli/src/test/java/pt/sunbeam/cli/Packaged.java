package pt.sunbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the packaged file as a user would: its own home, its own environment, output in files. */
final class Packaged {
    static final Path FILE = Path.of(System.getProperty("sunbeam.executable", "target/sunbeam"));
    private static final long LIMIT_SECONDS = 90;

    final Path folder;
    final Path home;
    private final Path executable;
    private final Map<String, String> environment = new HashMap<>();
    private int runs;

    Packaged(Path folder) {
        this(folder, FILE.toAbsolutePath());
    }

    Packaged(Path folder, Path executable) {
        this.folder = folder;
        this.home = folder.resolve("home");
        this.executable = executable;
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("SUNBEAM_HOME", home.toString());
        environment.put("SUNBEAM_JAVA_HOME", System.getProperty("java.home"));
    }

    Packaged with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Packaged without(String variable) {
        environment.remove(variable);
        return this;
    }

    Path state() {
        return home.resolve("vpn").resolve("local");
    }

    record Result(int code, String out, String err) {}

    Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        return finish(start(command), "");
    }

    Result runWithInput(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        return finish(start(command), input);
    }

    /** Through {@code sh -c}, {@code "$0"} being the executable. */
    Result shell(String script) {
        return finish(start(List.of("/bin/sh", "-c", script, executable.toString())), "");
    }

    Started start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    record Started(Process process, Path out, Path err) {}

    private Started start(List<String> command) {
        try {
            Path out = folder.resolve("out." + ++runs);
            Path err = folder.resolve("err." + runs);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new Started(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result finish(Started started, String input) {
        try {
            try (var in = started.process().getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!started.process().waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                started.process().destroyForcibly();
                throw new AssertionError("no end within " + LIMIT_SECONDS + " s");
            }
            return new Result(
                    started.process().exitValue(), Files.readString(started.out()), Files.readString(started.err()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
