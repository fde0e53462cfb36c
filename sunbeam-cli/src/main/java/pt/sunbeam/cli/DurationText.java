package pt.sunbeam.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people type them: {@code 90}, {@code 90s}, {@code 500ms}, {@code 1m30s}, {@code 2h}; 0 is for ever. */
final class DurationText implements ITypeConverter<Duration> {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,8})s)?(?:(\\d{1,9})ms)?|(\\d{1,8})");

    @Override
    public Duration convert(String text) {
        Matcher match = FORM.matcher(text);
        if (text.isEmpty() || !match.matches()) {
            throw new TypeConversionException("\"" + text + "\" is not a duration such as 60s, 500ms or 1m30s");
        }
        return Duration.ofHours(part(match, 1))
                .plusMinutes(part(match, 2))
                .plusSeconds(part(match, 3))
                .plusMillis(part(match, 4))
                .plusSeconds(part(match, 5));
    }

    private static long part(Matcher match, int group) {
        return match.group(group) == null ? 0 : Long.parseLong(match.group(group));
    }
}
