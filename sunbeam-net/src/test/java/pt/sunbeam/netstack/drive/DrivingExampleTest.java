package pt.sunbeam.netstack.drive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/** The example of docs/netstack-driving.md, which is the text between the two marks below. */
class DrivingExampleTest {
    private static String example() {
        // example begins
        IpAddress address = requireNonNull(IpAddress.parse("100.64.0.2"));
        IpEndpoint target = requireNonNull(IpEndpoint.parse("100.64.0.2:80"));
        DrivenStack server = new DrivenStack(List.of(address), new SplittableRandom(1));
        DrivenStack client = new DrivenStack(List.of(IpAddress.v4(0x64400001)), new SplittableRandom(2));
        server.listen(80);
        long now = 0;
        client.connect(target, now).write("hello".getBytes(US_ASCII), 0, 5, now);
        for (int turn = 0; turn < 2; turn++) {
            for (byte[] p = client.output(now); p != null; p = client.output(now)) server.input(p, now);
            for (byte[] p = server.output(now); p != null; p = server.output(now)) client.input(p, now);
        }
        String came = new String(requireNonNull(server.accept(80)).read(100, now), US_ASCII);
        // example ends
        return came;
    }

    @Test
    void theExampleCarriesItsBytes() {
        assertThat(example()).isEqualTo("hello");
    }

    @Test
    void theDocumentShowsTheExampleAsItStandsHere() throws IOException {
        String source =
                Files.readString(Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java"));
        String between = source.substring(
                source.indexOf("// example begins") + "// example begins\n".length(),
                source.indexOf("        // example ends"));
        assertThat(between.lines()).hasSizeGreaterThan(10);
        String indented = between.replaceAll("(?m)^ {8}", "    ");
        assertThat(Files.readString(Path.of("../docs/netstack-driving.md"))).contains(indented);
    }
}
