package pt.sunbeam.config;

/** Cuts colon-separated text into fields; a field in brackets keeps its colons and loses its brackets. */
final class ForwardText {
    private final String text;
    private int at;
    private boolean ended;

    ForwardText(String text) {
        this.text = text;
    }

    boolean isAtEnd() {
        return ended;
    }

    /** The next field; empty when there is none left. */
    String field() {
        if (ended) {
            return "";
        }
        int from = at;
        int close = text.startsWith("[", at) ? text.indexOf(']', at) : -1;
        int end = text.indexOf(':', Math.max(from, close));
        if (end < 0) {
            end = text.length();
            ended = true;
        }
        at = end + 1;
        return close == end - 1 && close > from ? text.substring(from + 1, close) : text.substring(from, end);
    }
}
