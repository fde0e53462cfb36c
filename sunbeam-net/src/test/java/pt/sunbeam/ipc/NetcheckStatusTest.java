package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ipc.NetcheckStatus.Region;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

class NetcheckStatusTest {
    private static final NetcheckStatus KNOWN = new NetcheckStatus(
            12,
            true,
            true,
            "203.0.113.5:41641",
            true,
            "[2001:db8::5]:41641",
            true,
            false,
            List.of("PCP"),
            1,
            List.of(new Region(1, "fra", "Frankfurt", 9_400, 9_400, 9_600), new Region(2, "", "", -1, -1, -1)));

    private static final NetcheckStatus UNKNOWN =
            new NetcheckStatus(0, false, false, "", false, "", null, null, null, 0, List.of());

    @Test
    void aReportSurvivesTheSocket() {
        for (NetcheckStatus sent : List.of(KNOWN, UNKNOWN)) {
            assertThat(NetcheckStatus.fromJson(Json.parseObject(Json.line(sent.toJson()))))
                    .isEqualTo(sent);
        }
    }

    @Test
    void theMembersAreThoseThatProgramsRead() {
        assertThat(Json.line(KNOWN.toJson()))
                .isEqualTo(
                        "{\"schema\":1,\"ageSeconds\":12,\"udp\":true,\"ipv4\":true,\"globalV4\":\"203.0.113.5:41641\","
                                + "\"ipv6\":true,\"globalV6\":\"[2001:db8::5]:41641\",\"osHasIpv6\":true,"
                                + "\"mappingVariesByDestination\":false,\"portMapping\":[\"PCP\"],\"preferredRegion\":1,"
                                + "\"regions\":[{\"region\":1,\"code\":\"fra\",\"name\":\"Frankfurt\",\"latencyMicros\":9400,"
                                + "\"latencyV4Micros\":9400,\"latencyV6Micros\":9600},"
                                + "{\"region\":2,\"code\":\"\",\"name\":\"\"}]}");
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertThat(Json.line(UNKNOWN.toJson()))
                .isEqualTo("{\"schema\":1,\"ageSeconds\":0,\"udp\":false,\"ipv4\":false,\"ipv6\":false,"
                        + "\"preferredRegion\":0,\"regions\":[]}");
    }

    @Test
    void whatIsAbsentOrOfAnotherTypeIsNotKnown() {
        assertThat(NetcheckStatus.fromJson(new JsonObject())).isEqualTo(UNKNOWN);
        assertThat(NetcheckStatus.fromJson(
                        new JsonObject().put("udp", "yes").put("regions", 5).put("globalV4", true)))
                .isEqualTo(UNKNOWN);
    }
}
