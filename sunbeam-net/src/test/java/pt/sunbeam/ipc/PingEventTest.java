package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.ipc.PingEvent.Way;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

class PingEventTest {
    static Stream<PingEvent> events() {
        return Stream.of(
                new PingEvent.Pong("db", "100.64.0.2", new Way.Direct("203.0.113.5:41641"), 9_100),
                new PingEvent.Pong("db", "100.64.0.2", new Way.Relay(4, "fra"), 34_000),
                new PingEvent.TimedOut("db", "100.64.0.2"),
                new PingEvent.Ended("db", "100.64.0.2", 3, 1, true));
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyEventSurvivesTheSocket(PingEvent event) {
        assertThat(PingEvent.fromJson(Json.parseObject(Json.line(event.toJson()))))
                .isEqualTo(event);
    }

    @Test
    void everyKindOfEventIsTested() {
        assertThat(events().map(Object::getClass).distinct().count())
                .isEqualTo(PingEvent.class.getPermittedSubclasses().length);
    }

    @Test
    void anEventNobodyKnowsIsNone() {
        assertThat(PingEvent.fromJson(new JsonObject().put("event", "echo"))).isNull();
        assertThat(PingEvent.fromJson(new JsonObject())).isNull();
    }

    @Test
    void aRequestSurvivesTheSocket() {
        PingRequest request = new PingRequest("db", 10, 5000, true);
        assertThat(PingRequest.fromJson(request.writeTo(new JsonObject()))).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource({"'',1,1", "db,0,1", "db,100001,1", "db,4294967297,1", "db,1,0", "db,1,60001"})
    void aRequestOutOfRangeIsNone(String peer, long count, long timeoutMillis) {
        JsonObject in = new JsonObject().put("peer", peer).put("count", count).put("timeoutMillis", timeoutMillis);
        assertThat(PingRequest.fromJson(in)).isNull();
    }
}
