package pt.sunbeam.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

class ConfigFileTest {
    private static final ConfigKey KEY = ConfigKey.values()[0];

    @TempDir
    Path folder;

    private SunbeamHome home;

    @BeforeEach
    void setHome() {
        home = new SunbeamHome(folder.resolve("home"));
    }

    private void write(String text) throws IOException {
        Files.createDirectories(home.root());
        Files.writeString(home.configFile(), text);
    }

    @Test
    void whatIsSetIsReadAgainContextByContext() {
        ConfigFile file = ConfigFile.read(home);
        file.set("local", KEY, "one");
        file.set("work", KEY, "two");
        file.use("work");
        file.save();
        ConfigFile again = ConfigFile.read(home);
        assertThat(again.currentContext()).isEqualTo("work");
        assertThat(again.contexts()).containsExactly("local", "work");
        assertThat(again.value("local", KEY)).isEqualTo("one");
        again.unset("local", KEY);
        assertThat(again.value("local", KEY)).isNull();
        assertThat(again.value("work", KEY)).isEqualTo("two");
    }

    @Test
    void membersNobodyKnowsSurviveARewrite() throws IOException {
        write("{\"future\":[1,2.5,null,{\"a\":true}],\"contexts\":{\"local\":{\"new\":\"x\"},\"odd\":{}}}");
        ConfigFile file = ConfigFile.read(home);
        file.set("local", KEY, "v");
        file.save();
        JsonObject root = Json.parseObject(Files.readString(home.configFile()));
        assertThat(Json.line(root)).contains("\"future\":[1,2.5,null,{\"a\":true}]", "\"new\":\"x\"", "\"odd\":{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{} {}", "{\"contexts\":5}", "not json"})
    void aBrokenFileIsRefusedAndNeverOverwritten(String text) throws IOException {
        write(text);
        assertThatThrownBy(() -> ConfigFile.read(home))
                .isInstanceOfSatisfying(
                        SunbeamException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CONFIG));
        assertThat(home.configFile()).hasContent(text);
    }

    @Test
    void aHugeFileIsNotRead() throws IOException {
        write("{\"a\":\"" + "x".repeat(1 << 20) + "\"}");
        assertThatThrownBy(() -> ConfigFile.read(home)).hasMessageContaining("larger than");
    }

    @Test
    void fileAndFolderAreTheirOwnersAloneAlsoWhenTheyWereOpenToAll() throws IOException {
        write("{}");
        Files.setPosixFilePermissions(home.root(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(home.configFile(), PosixFilePermissions.fromString("rw-rw-rw-"));
        ConfigFile.read(home).save();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.configFile())))
                .isEqualTo("rw-------");
    }
}
