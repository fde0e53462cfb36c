package pt.sunbeam.json;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Reads and writes JSON texts as {@link JsonObject}s. Members keep their order, and members nobody knows keep their
 * value, so that a file can be changed without losing what another version wrote.
 */
public final class Json {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_DOCUMENT_CHARS = 16 << 20;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxDocumentLength(MAX_DOCUMENT_CHARS)
                    .build())
            .build();

    private Json() {}

    /** The object that {@code text} spells, or null when it is not exactly one JSON object. */
    public static @Nullable JsonObject parseObject(String text) {
        try (JsonParser parser = FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            JsonObject object = readObject(parser);
            return parser.nextToken() == null ? object : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static JsonObject readObject(JsonParser parser) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, readValue(parser));
        }
        return new JsonObject(members);
    }

    private static @Nullable Object readValue(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static List<@Nullable Object> readArray(JsonParser parser) {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(readValue(parser));
        }
        return items;
    }

    /** One line without a line break. */
    public static String line(JsonObject object) {
        return write(object, false);
    }

    /** Indented text, for files that people read. */
    public static String pretty(JsonObject object) {
        return write(object, true);
    }

    private static String write(JsonObject object, boolean pretty) {
        StringWriter out = new StringWriter();
        ObjectWriteContext context = pretty ? new PrettyContext() : ObjectWriteContext.empty();
        try (JsonGenerator generator = FACTORY.createGenerator(context, out)) {
            writeValue(generator, object);
        }
        return out.toString();
    }

    private static final class PrettyContext extends ObjectWriteContext.Base {
        @Override
        public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }

    private static void writeValue(JsonGenerator out, @Nullable Object value) {
        switch (value) {
            case null -> out.writeNull();
            case JsonObject object -> {
                out.writeStartObject();
                object.members().forEach((name, member) -> {
                    out.writeName(name);
                    writeValue(out, member);
                });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(item -> writeValue(out, item));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Double number -> out.writeNumber(number);
            case java.math.BigInteger number -> out.writeNumber(number);
            case java.math.BigDecimal number -> out.writeNumber(number);
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
    }
}
