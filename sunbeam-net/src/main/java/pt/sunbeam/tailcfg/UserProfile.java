package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A user as others see them ({@code tailcfg.UserProfile}). */
public record UserProfile(@JsonProperty("ID") long id, String loginName, String displayName) {
    public UserProfile {
        loginName = WireLists.orEmpty(loginName);
        displayName = WireLists.orEmpty(displayName);
    }
}
