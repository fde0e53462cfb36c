package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.wireguard.Tai64n;
import pt.sunbeam.wireguard.TimestampSource;

class TimestampFileTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void whatWasSavedIsWhereTheNextRunGoesOnWhateverTheClockSays() {
        Path path = folder.resolve("last-timestamp");
        Tai64n issued = Tai64n.of(NOW);
        TimestampFile first = new TimestampFile(path);
        first.load(() -> NOW);
        first.save(issued);

        TimestampSource later = new TimestampFile(path).load(() -> Instant.EPOCH);
        assertThat(later.latest()).isEqualTo(issued);
    }

    @Test
    void anOlderStampNeverReplacesANewerOneOnDisk() {
        Path path = folder.resolve("last-timestamp");
        TimestampFile file = new TimestampFile(path);
        file.save(Tai64n.of(NOW));
        file.save(Tai64n.of(NOW.minusSeconds(1)));
        TimestampFile restarted = new TimestampFile(path);
        restarted.load(() -> NOW);
        restarted.save(Tai64n.of(NOW.minusSeconds(1)));
        assertThat(new TimestampFile(path).load(() -> NOW).latest()).isEqualTo(Tai64n.of(NOW));
    }

    @Test
    void aDamagedFileCountsAsNone() throws IOException {
        Path path = folder.resolve("last-timestamp");
        for (String text : List.of("", "x.y", "5", "5.", ".5", "5.-1", "5.1000000000", "99999999999999999999.0")) {
            Files.writeString(path, text);
            assertThat(new TimestampFile(path).load(() -> NOW).latest())
                    .as(text)
                    .isEqualTo(Tai64n.MIN);
        }
    }

    @Test
    void withoutAPathNothingIsKept() {
        TimestampFile none = TimestampFile.none();
        none.save(Tai64n.of(NOW));
        assertThat(none.load(() -> NOW).latest()).isEqualTo(Tai64n.MIN);
        assertThat(folder).isEmptyDirectory();
    }
}
