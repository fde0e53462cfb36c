package pt.sunbeam.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of the tree as a user meets them; nothing here builds. */
class ScriptsTest {
    private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();

    private record Outcome(int exitCode, String text) {}

    private static Outcome run(Path folder, String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(p.waitFor(), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "integration", "list-skipped"})
    void helpIsTheCommentAtTheHeadOfTheScript(String script) throws Exception {
        Outcome outcome = run(SCRIPTS, "./" + script, "--help");
        assertThat(outcome.exitCode()).isZero();
        String second = Files.readAllLines(SCRIPTS.resolve(script)).get(1);
        assertThat(outcome.text()).startsWith(second.substring(2)).doesNotContain("#");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "integration", "list-skipped"})
    void anUnknownArgumentIsRefused(String script) throws Exception {
        Outcome outcome = run(SCRIPTS, "./" + script, "--foo");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.text()).startsWith(script + ": \"--foo\" is no ").endsWith("--help says what it does\n");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A tree whose programs only say how they were called, and a script that compiles one of its modules twice. */
    private static List<String> compiledTwice(Path tree, String environment) throws Exception {
        Files.createDirectories(tree.resolve("bin"));
        Files.createDirectories(tree.resolve("sunbeam-x/src/main"));
        Files.createDirectories(tree.resolve("sunbeam-x/target"));
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.writeString(tree.resolve("sunbeam-x/pom.xml"), "");
        program(tree.resolve("mvnw"), "echo mvnw \"$@\"");
        program(tree.resolve("bin/sudo"), "echo sudo \"$@\"");
        program(tree.resolve("bin/chown"), "echo chown \"$@\"");
        program(tree.resolve("bin/id"), "echo 0");
        String script = "PATH=$PWD/bin:$PATH; unset JAVA_HOME SUDO_USER SUDO_UID SUDO_GID; " + environment + "\n. "
                + SCRIPTS.resolve("common.sh") + "\ncompile sunbeam-x\ncompile sunbeam-x";
        return run(tree, "bash", "-euc", script).text().lines().toList();
    }

    @Test
    void aModuleIsCompiledOnce(@TempDir Path tree) throws Exception {
        assertThat(compiledTwice(tree, ":"))
                .containsExactly("building ...", "mvnw -B -ntp -Dstyle.color=never -q -pl sunbeam-x -am compile");
    }

    @Test
    void underSudoItIsTheCallerWhoCompiles(@TempDir Path tree) throws Exception {
        assertThat(compiledTwice(tree, "SUDO_USER=ann SUDO_UID=1001 SUDO_GID=1002"))
                .containsExactly(
                        "building ...",
                        "chown -R 1001:1002 sunbeam-x/target",
                        "sudo -H -u ann -- env JAVA_HOME= ./mvnw -B -ntp -Dstyle.color=never -q -pl sunbeam-x -am compile",
                        "chown -R 1001:1002 sunbeam-x/target");
    }
}
