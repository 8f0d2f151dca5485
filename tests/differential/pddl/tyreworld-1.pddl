; A car with 1 flat tyre, as in AgentBoard's instances.
(define (problem tyreworld-1)
  (:domain tyreworld)
  (:objects boot - container hub1 - hub nuts1 - nut w1 r1 - wheel)
  (:init (unlocked boot) (closed boot) (in wrench boot) (in pump boot) (in jack boot)
    (intact r1) (in r1 boot) (not-inflated r1) (on w1 hub1) (on-ground hub1) (tight nuts1 hub1) (fastened hub1))
  (:goal (and (on r1 hub1) (inflated r1) (in w1 boot) (tight nuts1 hub1))))
