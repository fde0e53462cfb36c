package pt.sunbeam.tailcfg;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.keys.NodePublic;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * The scalar forms of this wire: keys, addresses, prefixes and times as text. Text that spells nothing becomes null, which
 * the records turn into "absent" or leave out of their list, so that one odd entry of one peer costs only that entry.
 */
final class WireTypes {
    /** Go's zero time: "not set". */
    static final Instant ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");

    private WireTypes() {}

    static SimpleModule module() {
        SimpleModule module = new SimpleModule("control-wire");
        text(module, NodePublic.class, NodePublic::parse);
        text(module, MachinePublic.class, MachinePublic::parse);
        text(module, DiscoPublic.class, DiscoPublic::parse);
        text(module, IpAddress.class, IpAddress::parse);
        text(module, IpPrefix.class, IpPrefix::parse);
        text(module, IpEndpoint.class, IpEndpoint::parse);
        text(module, Instant.class, WireTypes::time);
        module.addSerializer(RawJson.class, new RawWriter());
        module.addDeserializer(RawJson.class, new RawReader());
        return module;
    }

    /** An RFC 3339 time of any offset; null for the zero time and for anything else. */
    static @Nullable Instant time(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.equals(ZERO_TIME) ? null : instant;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, @Nullable T> parse) {
        module.addSerializer(type, new TextWriter<>());
        module.addDeserializer(type, new TextReader<>(type, parse));
    }

    private static final class TextWriter<T> extends ValueSerializer<T> {
        @Override
        public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
        }
    }

    private static final class TextReader<T> extends ValueDeserializer<T> {
        private final Class<T> type;
        private final Function<String, @Nullable T> parse;

        TextReader(Class<T> type, Function<String, @Nullable T> parse) {
            this.type = type;
            this.parse = parse;
        }

        @Override
        public @Nullable T deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
                return type.cast(context.handleUnexpectedToken(type, in));
            }
            return parse.apply(in.getString());
        }
    }

    private static final class RawWriter extends ValueSerializer<RawJson> {
        @Override
        public void serialize(RawJson value, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(value.text());
        }
    }

    private static final class RawReader extends ValueDeserializer<RawJson> {
        @Override
        public RawJson deserialize(JsonParser in, DeserializationContext context) {
            return new RawJson(in.readValueAsTree().toString());
        }

        @Override
        public RawJson getNullValue(DeserializationContext context) {
            return new RawJson("null");
        }
    }
}
