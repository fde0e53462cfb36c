package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A health message from the server ({@code tailcfg.DisplayMessage}).
 *
 * @param severity {@code high}, {@code medium} or {@code low}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DisplayMessage(
        String title,
        String text,
        String severity,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean impactsConnectivity) {
    public DisplayMessage {
        title = WireLists.orEmpty(title);
        text = WireLists.orEmpty(text);
        severity = WireLists.orEmpty(severity);
    }
}
