package pt.sunbeam.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"z\":1,\"a\":2}",
                "{\"a\":null,\"b\":[],\"c\":{\"d\":[[1],{\"e\":false}]}}",
                "{\"a\":9223372036854775807,\"b\":92233720368547758070,\"c\":-1.5}",
                "{\"a\":\"\\u0000\\n\\\"\\\\ \u00e9\"}"
            })
    void whatIsReadIsWrittenAsItWas(String text) {
        JsonObject object = Json.parseObject(text);
        assertThat(object).isNotNull();
        assertThat(Json.line(object)).isEqualTo(text);
        assertThat(Json.line(Json.parseObject(Json.pretty(object)))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{}x",
                "{}{}",
                "{\"a\":NaN}"
            })
    void whatIsNotExactlyOneObjectIsNone(String text) {
        assertThat(Json.parseObject(text)).isNull();
    }

    @Test
    void depthAndNamesHaveLimits() {
        assertThat(Json.parseObject("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}"))
                .isNotNull();
        assertThat(Json.parseObject("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}"))
                .isNull();
        assertThat(Json.parseObject("{\"a\":" + "[".repeat(1 << 20))).isNull();
        assertThat(Json.parseObject("{\"" + "n".repeat(100_000) + "\":1}")).isNull();
        assertThat(Json.parseObject("{\"a\":" + "9".repeat(100_000) + "}")).isNull();
    }

    @Test
    void textsWithOneChangedCharacterNeverThrow() {
        String whole = "{\"a\":[1,2.5e3,\"x\\u00e9\",true,null],\"b\":{\"c\":\"d\"}}";
        long seed = 20260101;
        Random random = new Random(seed);
        for (int run = 0; run < 20_000; run++) {
            StringBuilder text = new StringBuilder(whole);
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(run % 2 == 0 ? 128 : 65536));
            JsonObject object = Json.parseObject(text.toString());
            if (object != null) {
                String line = Json.line(object);
                assertThat(Json.line(Json.parseObject(line)))
                        .as("seed %d, run %d: %s", seed, run, text)
                        .isEqualTo(line);
            }
        }
    }

    @Test
    void aMemberOfAnotherTypeReadsAsAbsent() {
        JsonObject in = Json.parseObject("{\"a\":1,\"b\":\"x\",\"c\":[1,\"y\",{}],\"n\":null}");
        assertThat(in.text("a")).isNull();
        assertThat(in.number("b", -1)).isEqualTo(-1);
        assertThat(in.flag("a")).isFalse();
        assertThat(in.object("c")).isNull();
        assertThat(in.texts("c")).containsExactly("y");
        assertThat(in.objects("c")).hasSize(1);
        assertThat(in.has("n")).isFalse();
    }
}
