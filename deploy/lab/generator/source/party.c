#include "party.h"

#include "clock.h"
#include "system.h"

#define EVENTS_AT_ONCE 64
#define OPEN_SECONDS 10
#define READY_NS (30 * SECOND_NS)
#define TICK_NS (20 * MILLISECOND_NS)

void party_gather(struct party *party, const struct options *options, int listeners) {
    struct crowd *crowd = &party->crowd;
    *crowd = (struct crowd){.stride = sizeof(struct follower), .count = options->connections};
    crowd->channels = allocate((size_t)crowd->count, crowd->stride);
    crowd->on_open = follower_greet;
    crowd_begin(crowd, options, WEBSOCKET);
    for (int at = 0; at < crowd->count; at++) {
        struct follower *follower = party_member(party, at);
        follower->channel.on_message = follower_hear;
        follower->room = &party->room;
        follower->listens = at >= crowd->count - listeners;
    }
    crowd_open(crowd, OPEN_SECONDS);
    uint64_t patience = now_ns() + READY_NS;
    while (party_ready(party) < crowd->open && party->reset == 0 && now_ns() < patience)
        party_go_on(party, now_ns() + TICK_NS);
}

int party_ready(const struct party *party) {
    int ready = 0;
    for (int at = 0; at < party->crowd.count; at++)
        ready += party_member(party, at)->ready && party_member(party, at)->channel.state == OPEN;
    return ready;
}

void party_go_on(struct party *party, uint64_t until) {
    struct epoll_event events[EVENTS_AT_ONCE];
    int ready = poller_wait(party->crowd.poller, events, EVENTS_AT_ONCE, until);
    for (int at = 0; at < ready; at++) {
        enum outcome outcome = channel_go_on(events[at].data.ptr, events[at].events);
        party->reset += outcome == RESET || outcome == NOT_CONNECTED;
        party->malformed += outcome == MALFORMED;
    }
}
