// Package clock takes the place of the server's package of the same name, whose time it shows, ahead by as much as
// TEMPORAL_CLOCK_AHEAD_SECONDS says. So a test sees what an order does after days, on a real server: it starts the
// server again on the same data with its clock further on.
package clock

import (
	"os"
	"strconv"
	"time"
)

type (
	// TimeSource is the server's own interface.
	TimeSource interface {
		Now() time.Time
		Since(t time.Time) time.Duration
		AfterFunc(d time.Duration, f func()) Timer
		NewTimer(d time.Duration) (<-chan time.Time, Timer)
	}
	// Timer is the server's own interface.
	Timer interface {
		Reset(d time.Duration) bool
		Stop() bool
	}
	// RealTimeSource runs as fast as the machine's clock. The zero value is valid.
	RealTimeSource struct{}
)

var _ TimeSource = (*RealTimeSource)(nil)

var ahead = readAhead()

func readAhead() time.Duration {
	value, isSet := os.LookupEnv("TEMPORAL_CLOCK_AHEAD_SECONDS")
	if !isSet {
		return 0
	}
	seconds, err := strconv.Atoi(value)
	if err != nil {
		panic("TEMPORAL_CLOCK_AHEAD_SECONDS: a whole number of seconds is expected, not " + strconv.Quote(value))
	}
	return time.Duration(seconds) * time.Second
}

// NewRealTimeSource returns the time source of the server.
func NewRealTimeSource() RealTimeSource {
	return RealTimeSource{}
}

// Now returns the time that the server goes by, in UTC.
func (ts RealTimeSource) Now() time.Time {
	return time.Now().UTC().Add(ahead)
}

// Since returns the time elapsed since t, which the server got from Now.
func (ts RealTimeSource) Since(t time.Time) time.Duration {
	return ts.Now().Sub(t)
}

// AfterFunc is a pass-through to time.AfterFunc.
func (ts RealTimeSource) AfterFunc(d time.Duration, f func()) Timer {
	return time.AfterFunc(d, f)
}

// NewTimer is a pass-through to time.NewTimer.
func (ts RealTimeSource) NewTimer(d time.Duration) (<-chan time.Time, Timer) {
	t := time.NewTimer(d)
	return t.C, t
}
