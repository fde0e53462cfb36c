package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.control.NodeKeyStore.NodeKeys;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.keys.NodePrivate;

class KeyFileTest {
    private static final String SERVER = "https://control.example.com";
    private final Random random = new Random(1);

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void setPath() {
        path = folder.resolve("keys.json");
    }

    private KeyFile open(String server) {
        return KeyFile.open(path, server, random);
    }

    @Test
    void allThreeKeysSurviveARestart() {
        KeyFile first = open(SERVER);
        NodeKeys keys = new NodeKeys(NodePrivate.generate(random), NodePrivate.generate(random));
        first.store(keys);
        KeyFile again = open(SERVER);
        assertThat(again.load()).isEqualTo(keys);
        assertThat(again.machineKey()).isEqualTo(first.machineKey());
        assertThat(again.backendLogId()).isEqualTo(first.backendLogId()).hasSize(64);

        again.store(NodeKeys.NONE);
        assertThat(open(SERVER).load()).isEqualTo(NodeKeys.NONE);
    }

    @Test
    void everyServerHasKeysOfItsOwnAndKeepsThem() {
        KeyFile one = open(SERVER);
        one.store(new NodeKeys(NodePrivate.generate(random), null));
        KeyFile other = open("https://other.example.com");
        assertThat(other.machineKey()).isNotEqualTo(one.machineKey());
        assertThat(other.load()).isEqualTo(NodeKeys.NONE);
        other.store(new NodeKeys(NodePrivate.generate(random), null));
        assertThat(open(SERVER).load()).isEqualTo(one.load());
        assertThat(open(SERVER).machineKey()).isEqualTo(one.machineKey());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"servers\":[]}",
                "{\"servers\":{\"https://control.example.com\":1}}",
                "{\"servers\":{\"https://control.example.com\":{\"machine-key\":\"privkey:00\"}}}",
                "{\"servers\":{\"https://control.example.com\":{\"machine-key\":5}}}",
                "{\"servers\":{\"https://control.example.com\":{\"node-key\":\"x\"}}}",
                "{\"servers\":{\"https://control.example.com\":{\"node-key\":7}}}",
                "{\"servers\":{\"https://control.example.com\":{\"pending-node-key\":\"x\"}}}"
            })
    void aDamagedFileIsRefusedAndNeverOverwritten(String text) throws IOException {
        Files.writeString(path, text);
        assertThatThrownBy(() -> open(SERVER))
                .isInstanceOfSatisfying(
                        SunbeamException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CONFIG))
                .hasMessageContaining(path.toString());
        assertThat(path).hasContent(text);
    }

    @Test
    void theFileIsItsOwnersAloneAndNoPartIsLeftBehind() throws IOException {
        open(SERVER).store(new NodeKeys(NodePrivate.generate(random), null));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }
}
