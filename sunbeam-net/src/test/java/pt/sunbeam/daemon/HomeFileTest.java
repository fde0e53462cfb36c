package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFileTest {
    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("home-region");
    }

    @Test
    void theLastHomeIsKnownAtTheNextStart() {
        new HomeFile(path()).save(999);
        assertThat(new HomeFile(path()).load()).isEqualTo(999);
    }

    @Test
    void withoutAFileThereIsNone() {
        assertThat(new HomeFile(path()).load()).isZero();
        assertThat(HomeFile.none().load()).isZero();
    }

    @Test
    void aDamagedFileCountsAsNone() throws IOException {
        for (String text : new String[] {"", "relay", "-3", "99999999999"}) {
            Files.writeString(path(), text);
            assertThat(new HomeFile(path()).load()).as(text).isZero();
        }
    }
}
