package pt.sunbeam.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with ordered members. Values are {@link String}, {@link Number}, {@link Boolean}, {@link JsonObject},
 * {@link List} of these, or null. Readers are total: a member that is absent or of another type reads as "not there".
 */
public final class JsonObject {
    private final Map<String, @Nullable Object> members;

    public JsonObject() {
        this(new LinkedHashMap<>());
    }

    JsonObject(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    Map<String, @Nullable Object> members() {
        return members;
    }

    /** The members' names, in order. */
    public List<String> names() {
        return List.copyOf(members.keySet());
    }

    /** Sets a member; a null value removes it. Returns this object. */
    public JsonObject put(String name, @Nullable Object value) {
        if (value == null) {
            members.remove(name);
        } else {
            members.put(name, value);
        }
        return this;
    }

    public JsonObject remove(String name) {
        members.remove(name);
        return this;
    }

    public boolean has(String name) {
        return members.get(name) != null;
    }

    public @Nullable String text(String name) {
        return members.get(name) instanceof String text ? text : null;
    }

    public String text(String name, String otherwise) {
        return members.get(name) instanceof String text ? text : otherwise;
    }

    public long number(String name, long otherwise) {
        return members.get(name) instanceof Number number ? number.longValue() : otherwise;
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    public @Nullable JsonObject object(String name) {
        return members.get(name) instanceof JsonObject object ? object : null;
    }

    /** The strings of an array member; empty when it is absent. */
    public List<String> texts(String name) {
        List<String> out = new ArrayList<>();
        if (members.get(name) instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof String text) {
                    out.add(text);
                }
            }
        }
        return out;
    }

    /** The objects of an array member; empty when it is absent. */
    public List<JsonObject> objects(String name) {
        List<JsonObject> out = new ArrayList<>();
        if (members.get(name) instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof JsonObject object) {
                    out.add(object);
                }
            }
        }
        return out;
    }
}
