package pt.sunbeam.tailcfg;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Go writes null for an empty list or map: these make immutable collections of what came. */
final class WireLists {
    private WireLists() {}

    /** Never null; elements that could not be read are left out. */
    static <T> List<T> orEmpty(@Nullable List<T> list) {
        if (list == null || list.isEmpty()) {
            return List.of();
        }
        List<T> kept = new ArrayList<>(list);
        kept.removeIf(Objects::isNull);
        return List.copyOf(kept);
    }

    /** Null stays null, because a delta gives absence a meaning. */
    static <T> @Nullable List<T> orNull(@Nullable List<T> list) {
        return list == null ? null : orEmpty(list);
    }

    /** Never null; null values are left out. */
    static <K, V> Map<K, V> orEmpty(@Nullable Map<K, V> map) {
        if (map == null || map.isEmpty()) {
            return Map.of();
        }
        Map<K, V> kept = new LinkedHashMap<>(map);
        kept.values().removeIf(Objects::isNull);
        return Collections.unmodifiableMap(kept);
    }

    /** Null stays null, and so do null values: in a patch they delete. */
    static <K, V extends @Nullable Object> @Nullable Map<K, V> patchOrNull(@Nullable Map<K, V> map) {
        return map == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
