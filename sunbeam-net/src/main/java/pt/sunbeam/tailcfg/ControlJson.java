package pt.sunbeam.tailcfg;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one JSON codec of the control protocol. Thread-safe.
 *
 * <p>Member names are Go's field names; unknown members are ignored, as Go does. Decoding is total and bounded: the
 * document's length, nesting, token count and string lengths have limits, and whatever breaks one of them is {@link
 * Decoded.Malformed}. A message is read from its bytes in one pass; no tree of it is built.
 */
public final class ControlJson {
    /** Nesting of the deepest message seen is about ten; capability values may nest further. */
    static final int MAX_NESTING = 64;

    static final int MAX_STRING_CHARS = 1 << 20;
    static final int MAX_NAME_CHARS = 4096;
    static final int MAX_NUMBER_CHARS = 64;

    /** Tokens of a small answer: register, keys, early payload. */
    private static final long MAX_SMALL_TOKENS = 100_000;

    private static final JsonMapper SMALL = mapper(MAX_SMALL_TOKENS);

    private final JsonMapper mapper;

    private ControlJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** A codec for map messages of at most {@code maxTokens} JSON tokens, which bounds the memory of the parsed records. */
    public static ControlJson forMaps(long maxTokens) {
        return new ControlJson(mapper(maxTokens));
    }

    /** Decodes one message of a map stream. */
    public Decoded<MapResponse> mapResponse(byte[] bytes, int offset, int length) {
        return decode(mapper, MapResponse.class, bytes, offset, length);
    }

    public static Decoded<RegisterResponse> registerResponse(byte[] bytes) {
        return decode(SMALL, RegisterResponse.class, bytes, 0, bytes.length);
    }

    public static Decoded<RegisterRequest> registerRequest(byte[] bytes) {
        return decode(SMALL, RegisterRequest.class, bytes, 0, bytes.length);
    }

    public static Decoded<MapRequest> mapRequest(byte[] bytes) {
        return decode(SMALL, MapRequest.class, bytes, 0, bytes.length);
    }

    public static Decoded<ServerKeys> serverKeys(byte[] bytes) {
        return decode(SMALL, ServerKeys.class, bytes, 0, bytes.length);
    }

    public static Decoded<EarlyNoise> earlyNoise(byte[] bytes) {
        return decode(SMALL, EarlyNoise.class, bytes, 0, bytes.length);
    }

    public static byte[] encode(RegisterRequest request) {
        return SMALL.writeValueAsBytes(request);
    }

    public static byte[] encode(MapRequest request) {
        return SMALL.writeValueAsBytes(request);
    }

    public static byte[] encode(RegisterResponse response) {
        return SMALL.writeValueAsBytes(response);
    }

    public static byte[] encode(ServerKeys keys) {
        return SMALL.writeValueAsBytes(keys);
    }

    public static byte[] encode(EarlyNoise early) {
        return SMALL.writeValueAsBytes(early);
    }

    /** A message of the given members, whose values are records of this package, collections, text and numbers. */
    public static byte[] encodeMembers(Map<String, ?> members) {
        return SMALL.writeValueAsBytes(members);
    }

    private static <T> Decoded<T> decode(JsonMapper mapper, Class<T> type, byte[] bytes, int offset, int length) {
        try {
            T value = mapper.readValue(bytes, offset, length, type);
            return value == null ? new Decoded.Malformed<>("null") : new Decoded.Ok<>(value);
        } catch (JacksonException e) {
            return new Decoded.Malformed<>(reason(e));
        }
    }

    /** Jackson's message without its excerpt of the source, which may hold anything. */
    private static String reason(JacksonException e) {
        String text = String.valueOf(e.getOriginalMessage());
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return line.length() > 160 ? line.substring(0, 160) : line;
    }

    private static JsonMapper mapper(long maxTokens) {
        StreamReadConstraints limits = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxStringLength(MAX_STRING_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxTokenCount(maxTokens)
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(limits)
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        return JsonMapper.builder(factory)
                .addModule(WireTypes.module())
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }
}
